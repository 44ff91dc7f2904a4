using System.Text.Json;
using CanvasWeb.Inference.Commands;
using CanvasWeb.Testing;

namespace CanvasWeb.Inference.Tests;

/// <summary>What a command did: its exit code and everything it said.</summary>
internal sealed record CommandRun(ExitCode ExitCode, string Output, string Error)
{
    /// <summary>The one JSON object on stdout.</summary>
    public JsonElement Json => JsonElement.Parse(Output);

    /// <summary>Runs a command line in this process with a fake model.</summary>
    public static Task<CommandRun> WithFakeAsync(params string[] arguments) => WithFakeAsync(new FakePipeline(), TestContext.Current.CancellationToken, arguments);

    public static async Task<CommandRun> WithFakeAsync(FakePipeline pipeline, CancellationToken cancellationToken, params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var host = new CommandHost { Output = output, Error = error, Time = TimeProvider.System, Models = new FakeModelLibrary(pipeline), NewSeed = () => 99 };
        var exitCode = await CommandLine.RunAsync(arguments, host, cancellationToken);
        return new CommandRun(exitCode, output.ToString(), error.ToString());
    }
}
