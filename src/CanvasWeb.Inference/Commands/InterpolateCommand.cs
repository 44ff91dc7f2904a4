using System.CommandLine;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Inference.Output;

namespace CanvasWeb.Inference.Commands;

/// <summary><c>interpolate A B</c>: pictures between two others.</summary>
internal static class InterpolateCommand
{
    private const int UsualCount = 3;

    public static Command Create(CommandHost host)
    {
        var first = new Argument<string>("A") { Description = "The picture to begin with: PNG, JPEG or WebP of any size." };
        var last = new Argument<string>("B") { Description = "The picture to end with." };
        var prompt = new Argument<string>("PROMPT") { Description = "What the pictures show; may be left out.", Arity = ArgumentArity.ZeroOrOne };
        var count = SharedOptions.Number("--count", "N", $"How many pictures between the two, 1 to {SharedOptions.MaxCount}, evenly apart.", 1, SharedOptions.MaxCount, standard: UsualCount);
        var size = SharedOptions.Size();
        var upscale = SharedOptions.Upscale();
        var shared = new SharedOptions();
        var command = new Command("interpolate", "Makes pictures between two others, with models that have an image encoder.") { first, last, prompt, count, size, upscale };
        shared.AddOnePictureOptionsTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new InterpolateCommandOptions(
                parsed.GetRequiredValue(first),
                parsed.GetRequiredValue(last),
                parsed.GetValue(prompt) ?? "",
                parsed.GetValue(size),
                parsed.GetValue(upscale),
                shared.ReadPictureOptions(parsed) with { Count = parsed.GetValue(count) });
            return (int)await RunAsync(host, options, cancellationToken);
        });
        return command;
    }

    private static Task<ExitCode> RunAsync(CommandHost host, InterpolateCommandOptions options, CancellationToken cancellationToken)
    {
        var (first, last) = (PictureFiles.Read(options.FirstPath), PictureFiles.Read(options.LastPath));
        var asked = new GenerationRequest { Prompt = options.Prompt, Task = GenerationTask.Interpolation, Width = options.Size?.Width, Height = options.Size?.Height };
        var inversions = new InversionCache(2);
        return new PictureRun(host, options.Picture, "interpolate", options.Prompt).ExecuteAsync(
            asked,
            (pipeline, request, observer, token) =>
            {
                var settings = request with
                {
                    Task = asked.Task,
                    Image = first,
                    OtherImage = last,
                    Theta = (request.ImageIndex + 1f) / (options.Picture.Count + 1),
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
