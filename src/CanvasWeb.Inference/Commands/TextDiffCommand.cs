using System.CommandLine;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Inference.Output;

namespace CanvasWeb.Inference.Commands;

/// <summary><c>textdiff PICTURE --from "…" --to "…"</c>: a picture changed as one caption changes into another.</summary>
internal static class TextDiffCommand
{
    /// <summary>Light changes from 0.2 on and colours from 0.4; below 0.3 most pictures of canvas-mini look like the one that was given.</summary>
    private static readonly float[] s_usualThetas = [0.3f, 0.4f, 0.5f];

    public static Command Create(CommandHost host)
    {
        var image = new Argument<string>("PICTURE") { Description = "The picture to change: PNG, JPEG or WebP of any size." };
        var from = new Option<string>("--from") { Description = "What the picture shows. Left out, the change is towards --to as a whole.", HelpName = "CAPTION", DefaultValueFactory = _ => "" };
        var to = new Option<string>("--to") { Description = "What it is to show.", HelpName = "CAPTION", Required = true };
        var theta = SharedOptions.Thetas("How far to go, 0 to 1, one number for each picture; 0 gives the picture again, and beyond 0.5 little of it is left. Default: 0.3,0.4,0.5.");
        var size = SharedOptions.Size();
        var upscale = SharedOptions.Upscale();
        var shared = new SharedOptions();
        var command = new Command("textdiff", "Changes a picture as one caption changes into another, with models that have an image encoder.") { image, from, to, theta, size, upscale };
        shared.AddOnePictureOptionsTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var thetas = parsed.GetValue(theta) is { Length: > 0 } given ? given : s_usualThetas; // An option that was not given is an empty list.
            var options = new TextDiffCommandOptions(
                parsed.GetRequiredValue(image),
                parsed.GetValue(from) ?? "",
                parsed.GetRequiredValue(to),
                thetas,
                parsed.GetValue(size),
                parsed.GetValue(upscale),
                shared.ReadPictureOptions(parsed) with { Count = thetas.Length });
            if (string.IsNullOrWhiteSpace(options.To))
                throw CommandException.Usage("--to is empty: say what the picture is to show.");
            return (int)await RunAsync(host, options, cancellationToken);
        });
        return command;
    }

    private static Task<ExitCode> RunAsync(CommandHost host, TextDiffCommandOptions options, CancellationToken cancellationToken)
    {
        var original = PictureFiles.Read(options.ImagePath);
        var asked = new GenerationRequest { Prompt = options.To, Task = GenerationTask.TextDiff, Width = options.Size?.Width, Height = options.Size?.Height };
        var inversions = new InversionCache(1);
        return new PictureRun(host, options.Picture, "textdiff", options.To).ExecuteAsync(
            asked,
            (pipeline, request, observer, token) =>
            {
                var settings = request with
                {
                    Task = asked.Task,
                    Image = original,
                    FromPrompt = options.From,
                    Theta = options.Thetas[request.ImageIndex],
                    ImageIndex = 0,
                    Width = asked.Width,
                    Height = asked.Height,
                    Upscale = options.Upscale,
                    Inversions = inversions,
                };
                return pipeline.Generate(settings, observer, token);
            },
            cancellationToken);
    }
}
