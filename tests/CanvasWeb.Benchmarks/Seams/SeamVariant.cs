using CanvasWeb.Diffusion.Inpainting;

namespace CanvasWeb.Benchmarks.Seams;

/// <summary>One row of the ablation.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Inpaint">Settings of inpainting.</param>
/// <param name="OverlapPx">Overlap of outpainting, which always sees half a frame of context.</param>
public sealed record SeamVariant(string Name, InpaintOptions Inpaint, int OverlapPx)
{
    /// <summary>Hard mask, graded, graded + colour match, + context: each row keeps what the one before it had.</summary>
    public static IReadOnlyList<SeamVariant> All { get; } = Ablation();

    private static SeamVariant[] Ablation()
    {
        var defaults = new InpaintOptions();
        // Without context: what is painted and 16 pixels around it, enlarged to the model's size, as editors' "only masked" does it.
        var hard = defaults with { ContextFactor = 1, LeastContextPx = 16, LargestEnlargement = 8, SlopePx = 0, FeatherPx = 0, ColourMatch = null };
        var graded = hard with { SlopePx = defaults.SlopePx, FeatherPx = defaults.FeatherPx };
        return
        [
            new SeamVariant("hard mask", hard, 0),
            new SeamVariant("graded", graded, 0),
            new SeamVariant("graded + colour match", graded with { ColourMatch = defaults.ColourMatch }, 0),
            new SeamVariant("+ context", defaults, new OutpaintOptions().OverlapPx),
        ];
    }
}
