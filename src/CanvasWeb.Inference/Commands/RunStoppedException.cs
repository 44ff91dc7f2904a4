using CanvasWeb.Inference.Output;

namespace CanvasWeb.Inference.Commands;

/// <summary>A run of several pictures ended early: what ended it, and what was finished before. Only <see cref="Failure"/> reads it.</summary>
/// <param name="reason">The exit code and the message come from here.</param>
/// <param name="written">At least one; these files are whole.</param>
internal sealed class RunStoppedException(Exception reason, IReadOnlyList<WrittenPicture> written) : Exception(reason.Message, reason)
{
    public Exception Reason { get; } = reason;

    public IReadOnlyList<WrittenPicture> Written { get; } = written;
}
