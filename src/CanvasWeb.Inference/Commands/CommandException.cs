namespace CanvasWeb.Inference.Commands;

/// <summary>A failure that the person at the keyboard can do something about. Thrown by the commands, turned into an exit code in one place (<see cref="Failure"/>).</summary>
internal sealed class CommandException : Exception
{
    /// <param name="exitCode">What the process returns.</param>
    /// <param name="code">Stable, for programs: "model_not_found", "file_exists", ...</param>
    /// <param name="message">One sentence: what is wrong and what to do.</param>
    public CommandException(ExitCode exitCode, string code, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        ExitCode = exitCode;
        Code = code;
    }

    /// <summary>Options that make no sense together, or a value that none of them can have.</summary>
    public static CommandException Usage(string message) => new(ExitCode.Usage, "usage", $"{message} Try --help.");

    public ExitCode ExitCode { get; }

    public string Code { get; }
}
