namespace CanvasWeb.Inference.Commands;

/// <summary>What the process returns. Scripts depend on these numbers: a new one may be added, none may change.</summary>
internal enum ExitCode
{
    Ok = 0,

    /// <summary>Everything ran, and a measure that was to be checked misses its bar.</summary>
    BarMissed = 1,

    /// <summary>The command line itself is wrong.</summary>
    Usage = 2,

    /// <summary>There is no such model, or its folder is broken or of an unknown kind.</summary>
    Model = 3,

    /// <summary>The request does not fit the model, or a given picture or mask cannot be used.</summary>
    Input = 4,

    /// <summary>A result cannot be written: no such folder, no permission, disk full, a file that must not be replaced.</summary>
    Output = 5,

    /// <summary>The model or the runtime failed while running.</summary>
    Inference = 6,

    /// <summary>Stopped by Ctrl+C or SIGTERM (128 + SIGINT, as shells count).</summary>
    Cancelled = 130,
}
