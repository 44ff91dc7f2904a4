using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CanvasWeb.Diffusion.Pipelines;
using CanvasWeb.Inference.Models;
using CanvasWeb.Inference.Output;

namespace CanvasWeb.Inference.Commands;

/// <summary><c>models</c>: what is there, and why a folder is refused.</summary>
internal static class ModelsCommand
{
    public static Command Create(CommandHost host)
    {
        var shared = new SharedOptions();
        var check = new Option<bool>("--check") { Description = "Load each model, which also finds broken graphs; ends with 3 when one is refused. Slow for large models." };
        var command = new Command("models", "Lists the models of this machine, and why one is refused.") { check };
        shared.AddModelsFolderTo(command);
        shared.AddReportOptionsTo(command);
        command.SetAction((parsed, cancellationToken) => Task.FromResult((int)Run(host, shared.ReadModelsFolder(parsed), parsed.GetValue(check), shared.ReadReportOptions(parsed), cancellationToken)));
        return command;
    }

    private static ExitCode Run(CommandHost host, string? folder, bool load, ReportOptions report, CancellationToken cancellationToken)
    {
        var models = host.Models.List(folder, load, cancellationToken);
        if (report.Json)
        {
            var list = new ModelList([.. models.Select(ToRow)]);
            host.Output.WriteLine(JsonSerializer.Serialize(list, InferenceJson.Readable.ModelList));
        }
        else if (models.Count == 0)
        {
            host.Error.WriteLine(host.Models.WhatIsMissing(folder));
        }
        else
        {
            WriteTable(host.Output, models, report.Verbose);
        }

        return load && models.Any(model => model.Refusal != null) ? ExitCode.Model : ExitCode.Ok;
    }

    private static ModelRow ToRow(ModelDescription model) => new()
    {
        Name = model.Name,
        Family = model.Family,
        NativeSize = model.NativeSize,
        Tasks = VerbNames.All(model.Tasks),
        Schedulers = model.Schedulers,
        SizeBytes = model.SizeBytes,
        Usable = model.Refusal == null,
        Checked = model.WasLoaded,
        Refusal = model.Refusal,
    };

    /// <summary>One line a model, and below it why it is refused: reasons are longer than a terminal is wide.</summary>
    private static void WriteTable(TextWriter output, IReadOnlyList<ModelDescription> models, bool verbose)
    {
        var rows = new List<string[]> { (string[])["NAME", "FAMILY", "SIZE", "DISK", "STATE", "VERBS"] };
        foreach (var model in models)
        {
            rows.Add(
            [
                model.Name,
                model.Family ?? "-",
                model.NativeSize?.ToString(CultureInfo.InvariantCulture) ?? "-",
                Bytes(model.SizeBytes),
                model.Refusal != null ? "refused" : model.WasLoaded ? "ready" : "not checked",

                // Without --image and with it are one verb.
                model.Tasks.Count == 0 ? "-" : string.Join(", ", VerbNames.All(model.Tasks).Where(verb => verb != VerbNames.Of(GenerationTask.ImageToImage))),
            ]);
        }

        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        for (var i = 0; i < rows.Count; i++)
        {
            output.WriteLine(string.Join("  ", rows[i].Select((cell, column) => column is 2 or 3 ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))).TrimEnd());
            if (i > 0 && models[i - 1].Refusal is { } refusal)
                output.WriteLine($"    {refusal.File}: {(verbose ? refusal.Reason : Brief(refusal.Reason))}");
        }
    }

    /// <summary>Whole sentences up to about two lines of a terminal, without what a parser said in parentheses; --verbose has the rest.</summary>
    private static string Brief(string reason)
    {
        const int longest = 240;
        const string more = " (--verbose says more.)";
        var line = reason.Split('\n', 2)[0];
        if (line.Length == reason.Length && line.Length <= longest)
            return line;
        if (line.LastIndexOf('(') is > 0 and var open && line.IndexOf(')', open) < 0)
            return line[..open].TrimEnd() + "." + more;
        var end = line.IndexOf(". ", StringComparison.Ordinal);
        return (end < 0 ? line : line[..(end + 1)]) + more;
    }

    private static string Bytes(long bytes) => bytes switch
    {
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB"),
    };
}
