namespace CanvasWeb.Imaging;

/// <summary>A file that could not be saved, in words for the person who asked for it. Nothing half-written is left behind.</summary>
public sealed class FileSaveException : IOException
{
    /// <param name="code">Stable, for programs: "disk_full", "missing_folder", "not_allowed", "is_a_folder", "save_failed".</param>
    /// <param name="message">What is wrong and what to do.</param>
    public FileSaveException(string code, string message, Exception? innerException)
        : base(message, innerException) => Code = code;

    /// <summary>"disk_full", "missing_folder", "not_allowed", "is_a_folder" or "save_failed".</summary>
    public string Code { get; }
}
