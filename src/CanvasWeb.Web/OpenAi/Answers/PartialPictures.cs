using CanvasWeb.Web.Generation.Previews;

namespace CanvasWeb.Web.OpenAi.Answers;

/// <summary>Which of the previews a stream sends: as many as were asked for, evenly over the steps, each the newest that there is then.</summary>
/// <param name="wanted">0 to 3.</param>
internal sealed class PartialPictures(int wanted)
{
    /// <summary>Of the next one, from 0.</summary>
    public int Index { get; private set; }

    /// <summary>Whether this one is to be sent. Steps that were missed make no crowd at the end: one preview stands for all before it.</summary>
    public bool Take(PreviewMessage preview)
    {
        // Of 3, the first after a quarter of the steps: earlier there is only noise to see, and the last step is the picture itself.
        if (Index >= wanted || preview.Step < (double)preview.Steps * (Index + 1) / (wanted + 1))
            return false;
        Index++;
        return true;
    }
}
