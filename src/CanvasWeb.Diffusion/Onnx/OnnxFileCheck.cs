using CanvasWeb.Diffusion.Models;

namespace CanvasWeb.Diffusion.Onnx;

/// <summary>Looks at a file before ONNX Runtime does.</summary>
internal static class OnnxFileCheck
{
    public static void Check(string path, OnnxModelOptions options)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new ModelFormatException(path, "does not exist");
        if (file.Length == 0)
            throw new ModelFormatException(path, "is empty");
        if (file.Length > options.MaxFileBytes)
            throw new ModelFormatException(path, FormattableString.Invariant($"has {file.Length} bytes, past the limit of {options.MaxFileBytes}"));
    }
}
