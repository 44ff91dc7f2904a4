using System.CommandLine;
using System.Globalization;
using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Inference.Output;

namespace CanvasWeb.Inference.Commands;

/// <summary><c>generate "PROMPT"</c>: words to pictures; with <c>--image</c> a picture to a picture.</summary>
internal static class GenerateCommand
{
    /// <summary>Keeps the layout and lets the content change: between the 0.8 and the 0.3 that diffusers takes for Stable Diffusion and SDXL, nearer to the first.</summary>
    public const float UsualStrength = 0.7f;

    /// <summary>Models draw badly on strips; a longer picture loses its ends.</summary>
    private const double LargestAspect = 2;

    private static readonly PipelineLimits Limits = new();

    public static Command Create(CommandHost host)
    {
        var prompt = new Argument<string>("PROMPT") { Description = "What the picture shows." };
        var image = new Option<string?>("--image") { Description = "Start from this picture instead of noise (image-to-image); it is scaled, and cut where its shape differs.", HelpName = "FILE" };
        var strength = SharedOptions.OptionalNumber("--strength", "S", string.Create(CultureInfo.InvariantCulture, $"How far to go from --image, 0 to 1; 1 keeps next to nothing. Default: {UsualStrength}."), 0f, 1f);
        var size = SharedOptions.Size();
        size.Description += " With --image: its shape at the native area.";
        var upscale = SharedOptions.Upscale();
        var samples = SharedOptions.Number("--prior-samples", "N", "Image embeddings that the prior draws for each picture, 1 to 8; the one nearest to the prompt is painted from. For models with a prior.", 1, Limits.MaxPriorSamples, standard: 1);
        var rank = new Option<bool>("--rank") { Description = "Measure how like each picture is to the prompt, by the model's own encoders, and list the best first. The files keep their numbers." };
        var shared = new SharedOptions();
        var command = new Command("generate", "Makes pictures from words, or from words and a picture.") { prompt, image, strength, size, upscale, samples, rank };
        shared.AddPictureOptionsTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new GenerateOptions(parsed.GetRequiredValue(prompt), parsed.GetValue(size), parsed.GetValue(upscale), parsed.GetValue(image), parsed.GetValue(strength), parsed.GetValue(samples), parsed.GetValue(rank), shared.ReadPictureOptions(parsed));
            if (string.IsNullOrWhiteSpace(options.Prompt))
                throw CommandException.Usage("The prompt is empty: say what the picture shows.");
            if (options is { Strength: not null, ImagePath: null })
                throw CommandException.Usage("--strength says how far to go from a picture: name one with --image.");
            return (int)await RunAsync(host, options, cancellationToken);
        });
        return command;
    }

    private static Task<ExitCode> RunAsync(CommandHost host, GenerateOptions options, CancellationToken cancellationToken)
    {
        var start = options.ImagePath == null ? null : PictureFiles.Read(options.ImagePath);
        return new PictureRun(host, options.Picture, "generate", options.Prompt) { Ranks = options.Rank }.ExecuteAsync(
            new GenerationRequest { Prompt = options.Prompt, Task = options.ImagePath == null ? GenerationTask.TextToImage : GenerationTask.ImageToImage, Width = options.Size?.Width, Height = options.Size?.Height },
            (pipeline, request, observer, token) =>
            {
                var settings = request with { Width = options.Size?.Width, Height = options.Size?.Height, Upscale = options.Upscale, PriorSamples = options.PriorSamples };
                if (start != null)
                {
                    var (width, height) = options.Size is { } size ? (size.Width, size.Height) : InpaintPlanner.ModelSize((double)start.Width / start.Height, pipeline.Info, LargestAspect);
                    settings = settings with
                    {
                        Task = GenerationTask.ImageToImage,

                        // The pipeline refuses an absurd size with a sentence; making such a picture first would only take the memory.
                        Image = (long)width * height > (long)pipeline.Info.NativeSize * pipeline.Info.NativeSize * Limits.MaxAreaInNative ? start : PictureFit.Cover(start, width, height),
                        Width = width,
                        Height = height,
                        Strength = options.Strength ?? UsualStrength,
                    };
                }

                return pipeline.Generate(settings, observer, token);
            },
            cancellationToken);
    }
}
