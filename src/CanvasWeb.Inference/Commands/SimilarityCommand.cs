using System.CommandLine;
using System.Text.Json;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Inference.Output;

namespace CanvasWeb.Inference.Commands;

/// <summary><c>similarity PICTURE… --prompt "…"</c>: how like pictures are to words, by a model's own encoders.</summary>
internal static class SimilarityCommand
{
    public static Command Create(CommandHost host)
    {
        var files = new Argument<string[]>("PICTURE") { Description = "Pictures: PNG, JPEG or WebP of any size.", Arity = ArgumentArity.OneOrMore };
        var prompt = new Option<string>("--prompt") { Description = "The words to compare them with.", HelpName = "TEXT", Required = true };
        var shared = new SharedOptions();
        var command = new Command("similarity", "Says how like pictures are to words, from -1 to 1, the likest first. Numbers of different models cannot be compared.") { files, prompt };
        shared.AddModelOptionsTo(command);
        shared.AddDeviceTo(command);
        shared.AddReportOptionsTo(command);
        command.SetAction((parsed, cancellationToken) => Task.FromResult((int)Run(host, parsed.GetRequiredValue(files), parsed.GetRequiredValue(prompt), shared, parsed, cancellationToken)));
        return command;
    }

    private static ExitCode Run(CommandHost host, string[] files, string prompt, SharedOptions shared, ParseResult parsed, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(prompt))
            throw CommandException.Usage("--prompt is empty: say what to compare the pictures with.");
        var report = shared.ReadReportOptions(parsed);
        var pictures = files.Select(file => (File: file, Picture: PictureFiles.Read(file))).ToList();
        using var model = host.Models.Open(shared.ReadModelChoice(parsed), _ => { }, cancellationToken);
        var embedder = model.Pipeline.Embedder
            ?? throw new CommandException(ExitCode.Input, "no_encoders", $"The model {model.Identity.Name} has no encoders that compare pictures with words; canvas-mini has.");
        var words = embedder.EmbedText(prompt, cancellationToken);
        var compared = pictures
            .Select(picture => new ComparedPicture(picture.File, Math.Round(PictureEmbedder.Similarity(embedder.EmbedPicture(picture.Picture, cancellationToken), words), 4)))
            .OrderByDescending(static picture => picture.Similarity)
            .ToList();
        if (report.Json)
        {
            host.Output.WriteLine(JsonSerializer.Serialize(compared, InferenceJson.Readable.ListComparedPicture));
            return ExitCode.Ok;
        }

        foreach (var picture in compared)
            host.Output.WriteLine(FormattableString.Invariant($"{picture.Similarity,6:0.000}  {picture.File}"));
        return ExitCode.Ok;
    }
}
