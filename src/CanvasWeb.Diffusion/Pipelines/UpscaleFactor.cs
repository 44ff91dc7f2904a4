using CanvasWeb.Diffusion.Models;
using CanvasWeb.Diffusion.Onnx;
using CanvasWeb.Diffusion.Previews;

namespace CanvasWeb.Diffusion.Pipelines;

/// <summary>How much larger a model's own upscaler makes a picture, without loading the rest of the model.</summary>
public static class UpscaleFactor
{
    /// <summary>1 where there is none. Loads the upscaler for a moment.</summary>
    /// <exception cref="ModelFormatException">The file is broken or no upscaler.</exception>
    /// <exception cref="OnnxModelException">The graph cannot be run, or its output is no whole multiple of its input.</exception>
    public static int Of(ModelManifest manifest, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(manifest);
        if (!manifest.Has("upscaler"))
            return 1;
        using var upscaler = manifest.Load("upscaler", new OnnxModelOptions { Provider = ExecutionProvider.Cpu }, cancellationToken);
        return OutputProbe.Scale(upscaler, 3);
    }
}
