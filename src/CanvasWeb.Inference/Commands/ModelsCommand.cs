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
        var check = new Option<bool>("--check") { Description = "Load each model, which also finds broken graphs; slow for large models." };
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
            return ExitCode.Ok;
        }

        if (models.Count == 0)
            host.Error.WriteLine(host.Models.WhatIsMissing(folder));
        else
            WriteTable(host.Output, models);
        return ExitCode.Ok;
    }

    private static ModelRow ToRow(ModelDescription model) => new()
    {
        Name = model.Name,
        Family = model.Family,
        NativeSize = model.NativeSize,
        Tasks = [.. model.Tasks.Select(TaskName)],
        SizeBytes = model.SizeBytes,
        Usable = model.Refusal == null,
        Refusal = model.Refusal,
    };

    private static void WriteTable(TextWriter output, IReadOnlyList<ModelDescription> models)
    {
        var rows = new List<string[]> { (string[])["NAME", "FAMILY", "SIZE", "TASKS", "DISK", "STATE"] };
        foreach (var model in models)
        {
            rows.Add(
            [
                model.Name,
                model.Family ?? "-",
                model.NativeSize?.ToString(CultureInfo.InvariantCulture) ?? "-",
                model.Tasks.Count == 0 ? "-" : string.Join(", ", model.Tasks.Select(TaskName)),
                Bytes(model.SizeBytes),
                model.Refusal is { } refusal ? $"refused: {refusal.File}: {refusal.Reason}" : "ready",
            ]);
        }

        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
            output.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    private static string TaskName(GenerationTask task) => task switch
    {
        GenerationTask.TextToImage => "generate",
        GenerationTask.ImageToImage => "image-to-image",
        GenerationTask.Inpaint => "inpaint",
        GenerationTask.Variation => "vary",
        _ => throw new ArgumentOutOfRangeException(nameof(task), task, "A task without a name."),
    };

    private static string Bytes(long bytes) => bytes switch
    {
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB"),
    };
}
