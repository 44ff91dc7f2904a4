namespace CanvasWeb.Diffusion.Onnx;

/// <summary>A model file that cannot be used: missing, broken, truncated, not ONNX, past a limit, or wanting operators that we do not have.</summary>
public sealed class ModelFormatException : Exception
{
    /// <param name="file">The file as the caller named it.</param>
    /// <param name="reason">What is wrong with it, a sentence without its subject: "is not an ONNX file (...)".</param>
    /// <param name="inner">The native error, when there is one.</param>
    public ModelFormatException(string file, string reason, Exception? inner = null)
        : base($"{file}: {reason}", inner)
    {
        File = file;
        Reason = reason;
    }

    public string File { get; }

    public string Reason { get; }
}
