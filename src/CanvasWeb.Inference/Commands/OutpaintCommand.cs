using System.CommandLine;
using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Inference.Output;

namespace CanvasWeb.Inference.Commands;

/// <summary><c>outpaint IMAGE --left N --right N --top N --bottom N "PROMPT"</c>: carries a picture on past its borders.</summary>
internal static class OutpaintCommand
{
    public static Command Create(CommandHost host)
    {
        var image = new Argument<string>("IMAGE") { Description = "The picture to carry on: PNG, JPEG or WebP." };
        var prompt = new Argument<string>("PROMPT") { Description = "What the whole picture shows afterwards." };
        var (left, right, top, bottom) = (Side("left"), Side("right"), Side("top"), Side("bottom"));
        var usual = new OutpaintOptions().OverlapPx;
        var overlap = SharedOptions.Number("--overlap", "N", "Pixels of the picture along each side that grows which are made anew, so that no seam shows; 0 keeps every pixel.", 0, 512, usual);
        var size = SharedOptions.Size();
        size.Description = "Size that the model works at. Default: its native size.";
        var shared = new SharedOptions();
        var command = new Command("outpaint", "Carries a picture on past its borders; a strip of --overlap pixels along them is made anew, too.") { image, prompt, left, right, top, bottom, overlap, size };
        shared.AddPictureOptionsTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var extent = new OutpaintExtent(parsed.GetValue(left), parsed.GetValue(top), parsed.GetValue(right), parsed.GetValue(bottom));
            if (extent is { Left: 0, Top: 0, Right: 0, Bottom: 0 })
                throw CommandException.Usage("Say how many pixels to add: --left, --right, --top or --bottom.");
            var options = new OutpaintCommandOptions(parsed.GetRequiredValue(image), extent, parsed.GetValue(overlap), parsed.GetRequiredValue(prompt), parsed.GetValue(size), shared.ReadPictureOptions(parsed));
            return (int)await RunAsync(host, options, cancellationToken);
        });
        return command;
    }

    private static Task<ExitCode> RunAsync(CommandHost host, OutpaintCommandOptions options, CancellationToken cancellationToken)
    {
        var original = PictureFiles.Read(options.ImagePath);
        return new PictureRun(host, options.Picture, "outpaint", options.Prompt).ExecuteAsync(
            new GenerationRequest { Prompt = options.Prompt, Task = GenerationTask.Inpaint, Width = options.Size?.Width, Height = options.Size?.Height },
            (pipeline, request, observer, token) =>
            {
                var settings = request with { Width = options.Size?.Width, Height = options.Size?.Height };
                var result = new Outpainter(pipeline, new OutpaintOptions { OverlapPx = options.Overlap }).Outpaint(original, options.Extent, settings, observer, token);

                // Every frame went through the same model with the same settings: the first one's stand for all.
                var first = result.Frames[0].Generation;
                return first with { Image = result.Image, Timings = [.. result.Frames.SelectMany(frame => frame.Generation.Timings)] };
            },
            cancellationToken);
    }

    private static Option<int> Side(string side) =>
        SharedOptions.Number($"--{side}", "N", $"Pixels to add at the {side}.", 0, PictureSize.MaxSide, standard: 0);
}
