using CanvasWeb.Imaging;
using CanvasWeb.Web.Generation;

namespace CanvasWeb.Web.Provenance;

/// <summary>How making a picture again went.</summary>
/// <param name="Job">The job that makes it again.</param>
/// <param name="Likeness">Null while it is made, and where it could not be.</param>
/// <param name="Difference">Null where they are identical, or of two sizes.</param>
/// <param name="OtherModel">The model's content was another one.</param>
/// <param name="OtherMachine">It ran on another class of machine or another runtime, where identical bytes are not promised.</param>
/// <param name="Error">Why it could not be made.</param>
internal sealed record ReplayView(
    string Job, JobState State, int StepsDone, int StepsTotal, Likeness? Likeness, PictureDifference? Difference, bool OtherModel, bool OtherMachine, string? Error, DateTimeOffset AskedAt)
{
    public bool IsOpen => State is JobState.Queued or JobState.Running;
}
