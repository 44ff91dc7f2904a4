namespace CanvasWeb.Diffusion.Models;

/// <summary>A file of a model folder that is missing, broken or asks for something that this library does not do.</summary>
public sealed class ModelFormatException : Exception
{
    /// <param name="file">The file as the reader of the message can find it, for example <c>scheduler/scheduler_config.json</c>.</param>
    /// <param name="reason">What is wrong with it; names the field where there is one.</param>
    /// <param name="innerException">What the parser or the file system said, if anything.</param>
    public ModelFormatException(string file, string reason, Exception? innerException = null)
        : base($"{file}: {reason}", innerException)
    {
        File = file;
        Reason = reason;
    }

    /// <summary>The file at fault.</summary>
    public string File { get; }

    /// <summary>What is wrong, without the file's name.</summary>
    public string Reason { get; }
}
