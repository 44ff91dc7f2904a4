using System.Security.Cryptography;
using CanvasWeb.Diffusion.Models;
using CanvasWeb.Inference.Models;
using CanvasWeb.Inference.Output;

namespace CanvasWeb.Inference.Commands;

/// <summary>Everything that commands reach outside themselves: streams, clock, models. Tests bring their own.</summary>
internal sealed record CommandHost
{
    /// <summary>Results only.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Progress and errors.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>A person reads the results; otherwise they are bare, for the next program.</summary>
    public bool OutputIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    /// <summary>Width of the terminal.</summary>
    public Func<int> ErrorColumns { get; init; } = () => 80;

    public required TimeProvider Time { get; init; }

    public required IModelLibrary Models { get; init; }

    /// <summary>A seed for a run that was given none. 32 bits: people copy it by hand.</summary>
    public Func<ulong> NewSeed { get; init; } = () => BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(sizeof(uint)));

    public static CommandHost ForThisProcess() => new()
    {
        Output = Console.Out,
        Error = Console.Error,
        OutputIsTerminal = !Console.IsOutputRedirected,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        ErrorColumns = () => Console.WindowWidth is > 0 and var columns ? columns : 80,
        Time = TimeProvider.System,
        Models = new ModelLibrary(Environment.GetEnvironmentVariable(ModelCatalog.FoldersVariable), AppContext.BaseDirectory),
    };

    /// <summary>A bar on a terminal; lines where stderr goes to a file and a person reads stdout; else silence.</summary>
    public ProgressTarget ProgressFor(ReportOptions report)
    {
        var style = report.Quiet ? ProgressStyle.Nothing
            : ErrorIsTerminal ? ProgressStyle.Bar
            : report.Json ? ProgressStyle.Nothing
            : ProgressStyle.Lines;
        return new ProgressTarget(Error, style, ErrorColumns);
    }
}
