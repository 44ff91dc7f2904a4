using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Text.Json;
using CanvasWeb.Inference.Models;
using CanvasWeb.Inference.Output;

namespace CanvasWeb.Inference.Commands;

/// <summary>The command line as a whole: the list of verbs, and the one place where failures become exit codes.</summary>
internal static class CommandLine
{
    private const string ExitCodes = """
        Exit codes:
          0    done
          1    done, and a measure misses its bar (`bench --check`), or the picture is not the same (`replay`)
          2    the command line is wrong
          3    no such model, or it is refused (also `models --check` when one is)
          4    the input does not fit: size, mask, prompt too long, unreadable picture
          5    a result cannot be written: no folder, no permission, disk full
          6    the model failed while running
          130  stopped by Ctrl+C or SIGTERM
        """;

    public static async Task<ExitCode> RunAsync(IReadOnlyList<string> arguments, CommandHost host, CancellationToken cancellationToken)
    {
        // No RootCommand: it would be called after the assembly.
        var root = new Command("canvasweb", "Makes pictures from words with the diffusion models of this machine.")
        {
            new HelpOption(),
            new VersionOption(),
            GenerateCommand.Create(host),
            InpaintCommand.Create(host),
            OutpaintCommand.Create(host),
            VaryCommand.Create(host),
            InterpolateCommand.Create(host),
            TextDiffCommand.Create(host),
            UpscaleCommand.Create(host),
            InfoCommand.Create(host),
            ReplayCommand.Create(host),
            ScoreCommand.Create(host),
            SimilarityCommand.Create(host),
            ModelsCommand.Create(host),
            BenchCommand.Create(host),
            ServeCommand.Create(host),
        };

        // Who types nothing wants to know what there is.
        if (arguments.Count == 0)
            arguments = ["--help"];

        // A prompt may begin with "@": it is never the name of a response file.
        var parsed = root.Parse(arguments, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        var report = new ReportOptions(Json: arguments.Contains("--json"), Verbose: arguments.Contains("--verbose"));
        var isVerb = parsed.CommandResult.Command != root || parsed.UnmatchedTokens is not [var first, ..] || first.StartsWith('-');
        if (isVerb && UnknownOption(parsed) is { } unknown)
            return Report(new Failure(ExitCode.Usage, "usage", $"{unknown} Try --help."), report, host);
        if (parsed.Errors.Count > 0)
        {
            // A shell hands an unquoted prompt over word by word.
            var words = parsed.UnmatchedTokens;
            var problems = words.Count > 0 && words.All(word => !word.StartsWith('-')) && parsed.CommandResult.Command.Arguments.Any(argument => argument.Name == "PROMPT")
                ? $"There is more than a prompt: \"{string.Join(' ', words)}\". Put the whole prompt in quotes."
                : parsed.CommandResult.Command == root && words.Count > 0 ? UnknownVerb(words[0], root)
                : string.Join(' ', Missing(parsed).Concat(parsed.Errors.Where(error => error.SymbolResult is not ArgumentResult { Argument.Arity.MinimumNumberOfValues: > 0, Tokens.Count: 0 }).Select(error => error.Message)).Distinct());
            return Report(new Failure(ExitCode.Usage, "usage", $"{problems} Try --help."), report, host);
        }

        try
        {
            // The default handler would print stack traces and return 1; the termination handler would race with Program's.
            var invocation = new InvocationConfiguration { Output = host.Output, Error = host.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            var exitCode = (ExitCode)await parsed.InvokeAsync(invocation, cancellationToken);
            if (parsed.Action is HelpAction)
                await host.Output.WriteLineAsync(AfterHelp(parsed.CommandResult.Command.Name).AsMemory(), CancellationToken.None);
            return exitCode;
        }
#pragma warning disable CA1031 // This is the top: whatever happened becomes a sentence and an exit code.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Report(Failure.From(exception), report, host, exception);
        }
    }

    /// <summary>Examples of a verb; under the list of the verbs what they return.</summary>
    private static string AfterHelp(string command)
    {
        string[] examples = command switch
        {
            "generate" => ["generate \"a red cube on a beach\" --seed 7 --out cube.png", "generate \"a red cube\" --image sketch.png --strength 0.6"],
            "inpaint" => ["inpaint photo.png \"a cat on the sofa\" --mask mask.png --out cat.png", "inpaint photo.png \"a cat\" --mask hole.png --mask-alpha"],
            "outpaint" => ["outpaint photo.png \"a sea at dawn\" --left 128 --right 128", "outpaint photo.png \"a sea\" --right 128 --overlap 0"],
            "vary" => ["vary photo.png --count 3 --eta 0.4", "vary photo.png \"in winter\" --seed 7 --out winter.png"],
            "interpolate" => ["interpolate photo.png sketch.png --count 4", "interpolate photo.png sketch.png \"a fox\" --out between.png"],
            "textdiff" => ["textdiff photo.png --from \"a fox by day\" --to \"a fox at night\"", "textdiff photo.png --from \"a red cube\" --to \"a blue cube\" --theta 0.2,0.35,0.5"],
            "upscale" => ["upscale photo.png", "upscale photo.png --out large.webp"],
            "similarity" => ["similarity cube.png photo.png --prompt \"a red cube\"", "similarity cube.png --prompt \"a red cube\" --json"],
            "info" => ["info cube.png", "info cube.png --json"],
            "replay" => ["replay cube.png", "replay record.zip --out again.png --json"],
            "score" => ["score photo.jpg cube.png --json"],
            "models" => ["models --check", "models --models DIR --json"],
            "serve" => ["serve --site http://localhost:5080 --key-file key.txt"],
            "bench" => ["bench --check", "bench --pairs 5 --loads 2 --pictures 0 --json"],
            "quality" => ["bench quality --check", "bench quality --only outpaint,variations --out judged"],
            _ => [],
        };
        return examples.Length == 0 ? ExitCodes : $"Examples:\n{string.Join('\n', examples.Select(example => $"  canvasweb {example}"))}";
    }

    /// <summary>A mistyped option would become the prompt, and its value one word too many: found here before either is believed.</summary>
    private static string? UnknownOption(ParseResult parsed)
    {
        var options = parsed.CommandResult.Command.Options;
        Option? before = null;
        foreach (var token in parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash))
        {
            var isValue = before != null && before.ValueType != typeof(bool);
            before = token.Type == TokenType.Option ? options.FirstOrDefault(option => option.Name == token.Value) : null;
            if (token.Type != TokenType.Argument || isValue || token.Value.Length < 2 || token.Value[0] != '-')
                continue;
            var nearest = ModelNames.Nearest(token.Value, options.Select(option => option.Name));
            var guess = nearest == null ? "" : $": did you mean {nearest}?";
            return parsed.CommandResult.Command.Arguments.Any(argument => argument.Name == "PROMPT")
                ? $"There is no option {token.Value}{(nearest == null ? ";" : guess)} {(nearest == null ? "put a" : "Put a")} prompt that begins with - behind --."
                : $"There is no option {token.Value}{(nearest == null ? "." : guess)}";
        }

        return null;
    }

    /// <summary>System.CommandLine says that something is missing, and not what.</summary>
    private static IEnumerable<string> Missing(ParseResult parsed) => parsed.CommandResult.Command.Arguments
        .Where(argument => argument.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(argument) is not { Tokens.Count: > 0 })
        .Select(static argument => $"{argument.Name} is missing: {argument.Description}");

    private static string UnknownVerb(string typed, Command root)
    {
        var verbs = root.Subcommands.Select(verb => verb.Name).ToList();
        return ModelNames.Nearest(typed, verbs) is { } nearest
            ? $"There is no verb {typed}: did you mean {nearest}?"
            : $"There is no verb {typed}; there is {string.Join(", ", verbs)}.";
    }

    private static ExitCode Report(Failure failure, ReportOptions report, CommandHost host, Exception? exception = null)
    {
        host.Error.WriteLine(failure.Message);
        if (report.Verbose && exception != null)
            host.Error.WriteLine(exception);
        if (report.Json)
            host.Output.WriteLine(JsonSerializer.Serialize(new ErrorReport(new ErrorDetail(failure.Code, failure.Message), failure.Written), InferenceJson.Readable.ErrorReport));
        return failure.ExitCode;
    }
}
