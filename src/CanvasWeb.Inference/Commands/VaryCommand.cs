using System.CommandLine;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Inference.Output;

namespace CanvasWeb.Inference.Commands;

/// <summary><c>vary IMAGE</c>: other pictures of the same thing, with models that have an image encoder.</summary>
internal static class VaryCommand
{
    public static Command Create(CommandHost host)
    {
        var image = new Argument<string>("IMAGE") { Description = "The picture to vary: PNG, JPEG or WebP of any size." };
        var prompt = new Argument<string>("PROMPT") { Description = "What the variations show; may be left out.", Arity = ArgumentArity.ZeroOrOne };
        var eta = SharedOptions.OptionalNumber("--eta", "ETA", "How much a variation may differ, 0 to 1: 0 keeps the picture's own noise and gives the picture again, 1 takes all new noise. For models that run with ddim, tcd or flow-euler. Default: all new.", 0f, 1f);
        var size = SharedOptions.Size();
        var upscale = SharedOptions.Upscale();
        var shared = new SharedOptions();
        var command = new Command("vary", "Makes variations of a picture.") { image, prompt, eta, size, upscale };
        shared.AddPictureOptionsTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new VaryCommandOptions(parsed.GetRequiredValue(image), parsed.GetValue(prompt) ?? "", parsed.GetValue(size), parsed.GetValue(eta), parsed.GetValue(upscale), shared.ReadPictureOptions(parsed));
            return (int)await RunAsync(host, options, cancellationToken);
        });
        return command;
    }

    private static Task<ExitCode> RunAsync(CommandHost host, VaryCommandOptions options, CancellationToken cancellationToken)
    {
        var original = PictureFiles.Read(options.ImagePath);
        return new PictureRun(host, options.Picture, "vary", options.Prompt).ExecuteAsync(
            new GenerationRequest { Prompt = options.Prompt, Task = GenerationTask.Variation, Width = options.Size?.Width, Height = options.Size?.Height, Eta = options.Eta },
            (pipeline, request, observer, token) => pipeline.Generate(
                request with { Task = GenerationTask.Variation, Image = original, Eta = options.Eta, Width = options.Size?.Width, Height = options.Size?.Height, Upscale = options.Upscale },
                observer,
                token),
            cancellationToken);
    }
}
