using System.CommandLine;

namespace CanvasWeb.Inference.Commands;

/// <summary><c>generate "PROMPT"</c>: words to pictures.</summary>
internal static class GenerateCommand
{
    public static Command Create(CommandHost host)
    {
        var prompt = new Argument<string>("PROMPT") { Description = "What the picture shows." };
        var size = SharedOptions.Size();
        var upscale = SharedOptions.Upscale();
        var shared = new SharedOptions();
        var command = new Command("generate", "Makes pictures from words.") { prompt, size, upscale };
        shared.AddPictureOptionsTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new GenerateOptions(parsed.GetRequiredValue(prompt), parsed.GetValue(size), parsed.GetValue(upscale), shared.ReadPictureOptions(parsed));
            return (int)await RunAsync(host, options, cancellationToken);
        });
        return command;
    }

    private static Task<ExitCode> RunAsync(CommandHost host, GenerateOptions options, CancellationToken cancellationToken) =>
        new PictureRun(host, options.Picture, "generate", options.Prompt).ExecuteAsync(
            (pipeline, request, observer, token) => pipeline.Generate(request with { Width = options.Size?.Width, Height = options.Size?.Height, Upscale = options.Upscale }, observer, token),
            cancellationToken);
}
