using CanvasWeb.Diffusion.Pipelines;

namespace CanvasWeb.Inference.Commands;

/// <summary>What is said and returned when a command fails. All mapping from exceptions to exit codes is here.</summary>
/// <param name="Code">Stable, for programs.</param>
/// <param name="Message">One sentence with what to do.</param>
internal sealed record Failure(ExitCode ExitCode, string Code, string Message)
{
    // ENOSPC, which .NET puts into HResult on Unix, and ERROR_DISK_FULL as an HRESULT, which it uses on Windows and for preallocation.
    private const int DiskFullErrno = 28;
    private const int DiskFullHResult = unchecked((int)0x80070070);

    // EDQUOT: the disk has space, the person has not.
    private const int QuotaErrno = 122;

    public static Failure From(Exception exception) => exception switch
    {
        CommandException command => new Failure(command.ExitCode, command.Code, command.Message),
        OperationCanceledException => new Failure(ExitCode.Cancelled, "cancelled", "Stopped; the picture in hand was not written."),
        GenerationException generation => new Failure(ExitCode.Input, generation.Code, generation.Message),
        OutOfMemoryException => new Failure(ExitCode.Inference, "out_of_memory", "There is not enough memory: make the picture smaller (--size) or take a smaller model."),
        DllNotFoundException => new Failure(ExitCode.Inference, "native_library_missing", $"A native library is missing beside the program: build it again. ({exception.Message})"),
        TypeInitializationException { InnerException: { } inner } => From(inner),
        _ => new Failure(ExitCode.Inference, "internal", $"Something failed that should not: {FirstLine(exception.Message)} (--verbose shows details.)"),
    };

    /// <summary>An exception of writing <paramref name="path"/> as something that a person can act on.</summary>
    public static CommandException Writing(string path, Exception exception)
    {
        var (code, message) = exception switch
        {
            IOException { HResult: DiskFullErrno or DiskFullHResult or QuotaErrno } => ("disk_full", $"{path}: the disk is full; free some space or write elsewhere with --out."),
            DirectoryNotFoundException => ("no_folder", $"{path}: there is no such folder; create it or write elsewhere with --out."),
            UnauthorizedAccessException => ("no_permission", $"{path}: writing there is not allowed; write elsewhere with --out."),
            _ => ("cannot_write", $"{path}: cannot be written: {FirstLine(exception.Message)}"),
        };
        return new CommandException(ExitCode.Output, code, message, exception);
    }

    private static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd();
}
