using CanvasWeb.Inference.Commands;
using CanvasWeb.Inference.Models;
using CanvasWeb.Testing;

namespace CanvasWeb.Inference.Tests.Models;

/// <summary>Large models load for many seconds: a stop must not wait for the end of it.</summary>
public sealed class LoadingTests : IDisposable
{
    private static readonly string Golden = RepositoryFiles.PathTo("tests", "golden", "models");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_stop_while_the_model_loads_ends_with_130_before_it_is_loaded()
    {
        using var stop = new CancellationTokenSource();
        using var output = new StringWriter();
        using var error = new StoppingWriter("loading the model", stop);
        var host = new CommandHost { Output = output, Error = error, Time = TimeProvider.System, Models = new ModelLibrary(variable: null, AppContext.BaseDirectory) };

        var exitCode = await CommandLine.RunAsync(
            ["generate", "a cat", "--models", Golden, "--model", "canvas-mini-tiny", "--seed", "1", "--out", _folder["a.png"]],
            host,
            stop.Token);

        Assert.Equal(ExitCode.Cancelled, exitCode);
        Assert.Contains("Stopped", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("loaded", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(_folder.Files());
    }

    [Fact]
    public async Task A_stop_while_models_are_checked_ends_with_130()
    {
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        using var output = new StringWriter();
        var host = new CommandHost { Output = output, Error = output, Time = TimeProvider.System, Models = new ModelLibrary(variable: null, AppContext.BaseDirectory) };

        Assert.Equal(ExitCode.Cancelled, await CommandLine.RunAsync(["models", "--check", "--models", Golden], host, stop.Token));
    }

    /// <summary>Stops the run as soon as a line says that it got somewhere: at the same place in every run, which a signal could not promise.</summary>
    private sealed class StoppingWriter(string line, CancellationTokenSource stop) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value == line)
                stop.Cancel();
        }
    }
}
