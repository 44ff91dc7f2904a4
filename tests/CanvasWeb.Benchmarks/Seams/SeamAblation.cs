using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Imaging;

namespace CanvasWeb.Benchmarks.Seams;

/// <summary>Runs every variant over every scene with one seed each, so that rows differ by their settings only.</summary>
/// <param name="pipeline">Not owned.</param>
/// <param name="steps">Null takes the model's default.</param>
public sealed class SeamAblation(IImagePipeline pipeline, int? steps)
{
    /// <summary>Distance of the second score, beyond the default feather.</summary>
    private const int NearPx = 8;

    /// <summary>Scores one variant.</summary>
    /// <param name="show">Receives scene, inpainted and outpainted picture, for the contact sheet.</param>
    public SeamRow Run(SeamVariant variant, IReadOnlyList<SeamScene> scenes, Action<SeamScene, PixelImage, PixelImage> show, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(variant);
        ArgumentNullException.ThrowIfNull(scenes);
        ArgumentNullException.ThrowIfNull(show);
        var inpainter = new Inpainter(pipeline, variant.Inpaint);
        var outpainter = new Outpainter(pipeline, variant.Outpaint);
        Ratio inBorder = new(), inNear = new(), oldBorder = new(), maskBorder = new(), outNear = new(), outMaskNear = new(), inDetail = new(), outDetail = new();
        long changed = 0;
        for (var i = 0; i < scenes.Count; i++)
        {
            var scene = scenes[i];
            var settings = new GenerationRequest { Prompt = scene.Caption, Seed = (ulong)i, Steps = steps };

            var painted = inpainter.Inpaint(scene.Picture, scene.Mask, settings, null, cancellationToken).Image;
            inBorder.Add(SeamScore.Sums(painted, scene.Mask, scene.Picture));
            inNear.Add(SeamScore.Sums(painted, scene.Mask, scene.Picture, NearPx));
            inDetail.Add((DetailScore.Inside(painted, scene.Mask), DetailScore.Outside(painted, scene.Mask), 1));
            changed += ChangedOutside(scene.Picture, painted, scene.Mask);

            var continued = scene.Continued;
            var wider = outpainter.Outpaint(scene.Picture, new OutpaintExtent(0, 0, SeamScene.Extension, 0), settings, null, cancellationToken).Image;
            var added = Right(continued, SeamScene.Extension);
            var overlapped = Right(continued, SeamScene.Extension + variant.Outpaint.OverlapPx);
            oldBorder.Add(SeamScore.Sums(wider, added, continued));
            maskBorder.Add(SeamScore.Sums(wider, overlapped, continued));
            outNear.Add(SeamScore.Sums(wider, added, continued, NearPx));
            outMaskNear.Add(SeamScore.Sums(wider, overlapped, continued, NearPx));
            outDetail.Add((DetailScore.Inside(wider, added), DetailScore.Outside(wider, overlapped), 1));
            changed += ChangedOutside(continued, wider, overlapped);
            show(scene, painted, wider);
        }

        return new SeamRow(variant.Name, inBorder.Value, inNear.Value, Math.Max(oldBorder.Value, maskBorder.Value), Math.Max(outNear.Value, outMaskNear.Value), inDetail.Value, outDetail.Value, changed);
    }

    private static Mask Right(PixelImage picture, int columns) =>
        Mask.FromRect(picture.Width, picture.Height, new PixelRect(picture.Width - columns, 0, columns, picture.Height));

    private static long ChangedOutside(PixelImage original, PixelImage result, Mask mask)
    {
        long changed = 0;
        for (var i = 0; i < original.Rgba.Length; i++)
        {
            if (mask.Values[i / 4] <= 0 && original.Rgba[i] != result.Rgba[i])
                changed++;
        }

        return changed;
    }

    private sealed class Ratio
    {
        private double _made;
        private double _real;

        public double Value => _made / Math.Max(_real, 1e-9);

        public void Add((double Made, double Real, long Pairs) sums)
        {
            _made += sums.Made;
            _real += sums.Real;
        }
    }
}
