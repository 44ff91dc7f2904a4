using System.CommandLine;
using System.Text.Json;
using CanvasWeb.Imaging;
using CanvasWeb.Inference.Output;

namespace CanvasWeb.Inference.Commands;

/// <summary><c>info FILE</c>: what a picture was made with, read back from its file.</summary>
internal static class InfoCommand
{
    public static Command Create(CommandHost host)
    {
        var file = new Argument<string>("FILE") { Description = "A picture: PNG, JPEG or WebP." };
        var shared = new SharedOptions();
        var command = new Command("info", "Shows what a picture was made with: prompt, seed, settings, model.") { file };
        shared.AddReportOptionsTo(command);
        command.SetAction((parsed, _) => Task.FromResult((int)Run(host, parsed.GetRequiredValue(file), shared.ReadReportOptions(parsed))));
        return command;
    }

    private static ExitCode Run(CommandHost host, string path, ReportOptions report)
    {
        var text = ImageMetadata.ReadParameters(PictureFiles.ReadBytes(path))
            ?? throw new CommandException(ExitCode.Input, "no_parameters", $"{path}: no parameters are in this file. Pictures made with --no-metadata have none, and many programs drop them.");
        var parameters = Parse(text);
        if (report.Json)
            host.Output.WriteLine(JsonSerializer.Serialize(new PictureInfo(path, parameters, parameters == null ? text : null), InferenceJson.Readable.PictureInfo));
        else if (parameters is { ValueKind: JsonValueKind.Object } known)
            WriteLines(host.Output, known, "");
        else
            host.Output.WriteLine(Printable(text));
        return ExitCode.Ok;
    }

    /// <summary>Null for what other programs write, which is seldom JSON.</summary>
    private static JsonElement? Parse(string text)
    {
        try
        {
            return JsonElement.Parse(text, new JsonDocumentOptions { MaxDepth = 8 });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void WriteLines(TextWriter output, JsonElement parameters, string within)
    {
        foreach (var property in parameters.EnumerateObject())
        {
            var name = Printable(within + property.Name);
            if (property.Value.ValueKind == JsonValueKind.Object)
                WriteLines(output, property.Value, name + ".");
            else
                output.WriteLine($"{name}: {Printable(property.Value.ToString())}");
        }
    }

    /// <summary>A stranger's text must not move the cursor or begin lines of its own.</summary>
    private static string Printable(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
}
