namespace CanvasWeb.Diffusion.Onnx;

/// <summary>A loaded model that could not be bound or run; the message names the model, the ports and the shapes.</summary>
public sealed class OnnxModelException : Exception
{
    /// <param name="file">The model's file.</param>
    /// <param name="detail">What went wrong, with port names and shapes.</param>
    /// <param name="inner">The native error, when there is one.</param>
    public OnnxModelException(string file, string detail, Exception? inner = null)
        : base($"{file}: {detail}", inner) => File = file;

    public string File { get; }
}
