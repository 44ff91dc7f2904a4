using System.CommandLine;
using CanvasWeb.Diffusion.Inpainting;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Inference.Output;

namespace CanvasWeb.Inference.Commands;

/// <summary><c>inpaint IMAGE --mask MASK "PROMPT"</c>: makes a part of a picture anew.</summary>
internal static class InpaintCommand
{
    public static Command Create(CommandHost host)
    {
        var image = new Argument<string>("IMAGE") { Description = "The picture to change: PNG, JPEG or WebP." };
        var prompt = new Argument<string>("PROMPT") { Description = "What the whole picture shows afterwards." };
        var mask = new Option<string>("--mask") { Description = "Picture of the same size; what to make anew is white, greys in between are made anew in part.", HelpName = "MASK", Required = true };
        var maskAlpha = new Option<bool>("--mask-alpha") { Description = "What to make anew is transparent in MASK instead of white (the convention of the OpenAI Images API)." };
        var size = SharedOptions.Size();
        size.Description = "Size that the model works at. Default: its native area in the shape of the part.";
        var strength = SharedOptions.Number("--strength", "S", "How far to go from what is there, 0 to 1; 1 starts from pure noise.", 0f, 1f, standard: 1f);
        var shared = new SharedOptions();
        var command = new Command("inpaint", "Makes a part of a picture anew; every pixel outside the mask stays as it is (in a .png; .jpg and .webp are lossy).") { image, prompt, mask, maskAlpha, size, strength };
        shared.AddPictureOptionsTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new InpaintCommandOptions(
                parsed.GetRequiredValue(image),
                parsed.GetRequiredValue(mask),
                parsed.GetValue(maskAlpha) ? MaskSource.TransparentIsEdit : MaskSource.WhiteIsEdit,
                parsed.GetRequiredValue(prompt),
                parsed.GetValue(size),
                parsed.GetValue(strength),
                shared.ReadPictureOptions(parsed));
            return (int)await RunAsync(host, options, cancellationToken);
        });
        return command;
    }

    private static Task<ExitCode> RunAsync(CommandHost host, InpaintCommandOptions options, CancellationToken cancellationToken)
    {
        var original = PictureFiles.Read(options.ImagePath);
        var maskImage = PictureFiles.Read(options.MaskPath);
        if (maskImage.Width != original.Width || maskImage.Height != original.Height)
            throw new CommandException(ExitCode.Input, "mask_size", $"{options.MaskPath} is {maskImage.Width} x {maskImage.Height} and {options.ImagePath} is {original.Width} x {original.Height} pixels: make the mask as large as the picture.");
        var mask = Mask.FromImage(maskImage, options.MaskSource);
        if (mask.Bounds().IsEmpty)
        {
            throw new CommandException(ExitCode.Input, "mask_empty", options.MaskSource == MaskSource.WhiteIsEdit
                ? $"{options.MaskPath} selects nothing: paint white what to make anew. If it is transparent there, add --mask-alpha."
                : $"{options.MaskPath} selects nothing: make transparent what to make anew. If it is white there, leave --mask-alpha out.");
        }

        return new PictureRun(host, options.Picture, "inpaint", options.Prompt).ExecuteAsync(
            new GenerationRequest { Prompt = options.Prompt, Task = GenerationTask.Inpaint, Width = options.Size?.Width, Height = options.Size?.Height },
            (pipeline, request, observer, token) =>
            {
                var settings = request with { Width = options.Size?.Width, Height = options.Size?.Height, Strength = options.Strength };
                var result = new Inpainter(pipeline).Inpaint(original, mask, settings, observer, token);
                return result.Generation with { Image = result.Image };
            },
            cancellationToken);
    }
}
