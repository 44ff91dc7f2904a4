using CanvasWeb.Diffusion.Inpainting;

namespace CanvasWeb.Benchmarks.Seams;

/// <summary>One row of the ablation.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Inpaint">Settings of inpainting.</param>
/// <param name="Outpaint">Settings of outpainting, which sees half a frame of context in every row; the last row adds the overlap.</param>
public sealed record SeamVariant(string Name, InpaintOptions Inpaint, OutpaintOptions Outpaint)
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
            Row("hard mask", hard, 0),
            Row("graded", graded, 0),
            Row("graded + colour match", graded with { ColourMatch = defaults.ColourMatch }, 0),
            new SeamVariant("+ context", defaults, new OutpaintOptions()),
        ];

        static SeamVariant Row(string name, InpaintOptions options, int overlap) => new(name, options, new OutpaintOptions { Inpaint = options, OverlapPx = overlap });
    }
}
