using System.CommandLine;
using System.Text.Json;
using CanvasWeb.Imaging;
using CanvasWeb.Inference.Output;
using CanvasWeb.Inference.Safety;

namespace CanvasWeb.Inference.Commands;

/// <summary><c>score FILE…</c>: what the image classifier says of pictures. For whoever sets a site's thresholds.</summary>
internal static class ScoreCommand
{
    public static Command Create(CommandHost host)
    {
        var files = new Argument<string[]>("FILE") { Description = "Pictures: PNG, JPEG or WebP.", Arity = ArgumentArity.OneOrMore };
        var shared = new SharedOptions();
        var command = new Command("score", "Says what the image classifier of the worker thinks of pictures.") { files };
        shared.AddReportOptionsTo(command);
        command.SetAction((parsed, cancellationToken) => Task.FromResult((int)Run(host, parsed.GetRequiredValue(files), shared.ReadReportOptions(parsed), cancellationToken)));
        return command;
    }

    private static ExitCode Run(CommandHost host, string[] files, ReportOptions report, CancellationToken cancellationToken)
    {
        using var classifier = PictureClassifier.Load(AppContext.BaseDirectory, host.Time, cancellationToken)
            ?? throw new CommandException(ExitCode.Model, "classifier_missing", $"{PictureClassifier.File} is not beside the program: build it again with Node there.");
        var scored = new List<ScoredPicture>();
        if (!report.Json)
            host.Output.WriteLine("drawing hentai neutral  porn   sexy      ms  file");
        foreach (var file in files)
        {
            var scores = classifier.Score(ImageDecoder.Decode(PictureFiles.ReadBytes(file), ImageLimits.Default), cancellationToken);
            scored.Add(new(file, scores));
            if (!report.Json)
                host.Output.WriteLine(FormattableString.Invariant($"{scores.Drawing,7:0.000}{scores.Hentai,7:0.000}{scores.Neutral,8:0.000}{scores.Porn,7:0.000}{scores.Sexy,7:0.000}{scores.ElapsedMs,8:0.0}  {file}"));
        }

        if (report.Json)
            host.Output.WriteLine(JsonSerializer.Serialize(scored, InferenceJson.Readable.ListScoredPicture));
        return ExitCode.Ok;
    }
}
