using System.CommandLine;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Inference.Output;

namespace CanvasWeb.Inference.Commands;

/// <summary><c>upscale PICTURE</c>: a picture through the model's own upscaler.</summary>
internal static class UpscaleCommand
{
    public static Command Create(CommandHost host)
    {
        var image = new Argument<string>("PICTURE") { Description = "The picture to enlarge: PNG, JPEG or WebP, up to two million pixels." };
        var shared = new SharedOptions();
        var command = new Command("upscale", "Enlarges a picture with the model's own upscaler: canvas-mini's makes it four times as wide and high.") { image };
        shared.AddFileOptionsTo(command);
        command.SetAction(async (parsed, cancellationToken) => (int)await RunAsync(host, parsed.GetRequiredValue(image), shared.ReadPictureOptions(parsed), cancellationToken));
        return command;
    }

    private static Task<ExitCode> RunAsync(CommandHost host, string path, PictureOptions options, CancellationToken cancellationToken)
    {
        var original = PictureFiles.Read(path);
        return new PictureRun(host, options, "upscale", "") { Stem = $"{Path.GetFileNameWithoutExtension(path)}-upscaled" }.ExecuteAsync(
            new GenerationRequest { Prompt = "", Task = GenerationTask.Upscale },
            (pipeline, request, observer, token) => pipeline.Generate(request with { Task = GenerationTask.Upscale, Image = original }, observer, token),
            cancellationToken);
    }
}
