using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Imaging;

namespace CanvasWeb.Inference.Benchmarks.Quality;

/// <summary>A line along which an outpainted picture may show a seam: mean steps across it, made and true, over many pictures.</summary>
/// <param name="reachPx">Pixels to each side of the line that the steps are pulled apart: a feather hides a change of colour from the line itself, not from beyond it.</param>
internal sealed class OutpaintLine(int reachPx = 0)
{
    private readonly List<(string, double)> _made = [];
    private readonly List<(string, double)> _real = [];
    private readonly List<(string, double)> _strange = [];

    /// <param name="made">What the outpainter made.</param>
    /// <param name="strange">The known part with the continuation of another scene: no continuation at all.</param>
    /// <param name="truth">The scene itself.</param>
    /// <param name="beyond">1 on one side of the line.</param>
    public void Add(string scene, PixelImage made, PixelImage strange, PixelImage truth, Mask beyond)
    {
        var (madeSum, realSum, pairs) = SeamScore.Sums(made, beyond, truth, reachPx);
        var (strangeSum, _, _) = SeamScore.Sums(strange, beyond, truth, reachPx);
        _made.Add((scene, madeSum / pairs));
        _real.Add((scene, realSum / pairs));
        _strange.Add((scene, strangeSum / pairs));
    }

    public (Estimate Made, double Shuffled) Ratio() => (Estimate.PairedRatio(_made, _real), Estimate.PairedRatio(_strange, _real).Value);
}
