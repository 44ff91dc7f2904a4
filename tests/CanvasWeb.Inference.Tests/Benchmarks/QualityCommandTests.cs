using System.Text.Json;
using CanvasWeb.Imaging;
using CanvasWeb.Inference.Benchmarks.Quality;
using CanvasWeb.Inference.Commands;
using CanvasWeb.Inference.Models;
using CanvasWeb.Inference.Output;
using CanvasWeb.Testing;

namespace CanvasWeb.Inference.Tests.Benchmarks;

/// <summary><c>bench quality</c> from the command line to the files, with a real model of a few thousand weights.</summary>
public sealed class QualityCommandTests : IDisposable
{
    private static readonly string TinyModel = RepositoryFiles.PathTo("tests", "golden", "models", "canvas-mini-tiny");

    private readonly TemporaryFolder _folder = new();
    private readonly string _suite;

    public QualityCommandTests() => _suite = TinySuite.Write(_folder);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_question_is_asked_and_the_table_the_page_and_the_sheet_are_there()
    {
        var run = await RunAsync("--seeds", "1");

        Assert.True(run.ExitCode == ExitCode.Ok, run.Error);
        string[] measures =
        [
            "a picture of 64 px, seconds", "weights, MB", "colour of one solid", "both colours, left and right", "both colours, one on another", "relation left/right", "relation \"on\"", "thing recognised, of 60", "ground of a scene",
            "light of a scene", "held-out combinations over seen ones", "pt over en", "zh over en", "right caption among 32", "seam of an outpaint", "horizon continued", "variation as the canvas orders it keeps the thing and differs", "text diff at 0.5",
        ];
        Assert.All(measures, measure => Assert.Contains($"| {measure}", run.Output, StringComparison.Ordinal));
        var page = await File.ReadAllTextAsync(_folder["out/results.md"], Token);
        Assert.All(run.Output.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)), line => Assert.Contains(line.TrimEnd(), page, StringComparison.Ordinal));
        var sheet = ImageDecoder.Decode(await File.ReadAllBytesAsync(_folder["out/sheet.jpg"], Token), ImageLimits.Default);
        Assert.InRange(sheet.Height, 10 * ContactSheet.CellHeight, 40 * ContactSheet.CellHeight);
    }

    [Fact]
    public async Task The_same_model_is_judged_the_same_again_and_a_resumed_run_makes_nothing_anew()
    {
        await RunAsync("--only", "solids,words,outpaint,variations", "--seeds", "2");
        var (first, pictures) = (await ResultsAsync(), Pictures());
        await RunAsync("--only", "solids,words,outpaint,variations", "--seeds", "2");
        var (second, picturesAgain) = (await ResultsAsync(), Pictures());
        Assert.Equal(first, second);
        Assert.Equal(pictures.Select(File.ReadAllBytes), picturesAgain.Select(File.ReadAllBytes));

        // A picture that lies there is believed: another one in its place changes the result, so it was not made anew.
        var resumed = await RunAsync("--only", "solids,words,outpaint,variations", "--seeds", "2", "--resume");
        Assert.Equal(first, await ResultsAsync());
        Assert.Contains("(0 made)", resumed.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("(1 made)", resumed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pictures_of_another_model_are_not_taken_for_this_one()
    {
        Directory.CreateDirectory(_folder["out/pictures"]);
        await File.WriteAllTextAsync(_folder["out/pictures/model.json"], """{"name":"other","family":"canvas-mini","hash":"00"}""", Token);

        var run = await RunAsync("--only", "solids", "--resume");

        Assert.Equal(ExitCode.Input, run.ExitCode);
        Assert.Contains("of another model (other)", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_that_is_missed_ends_with_1_and_says_which()
    {
        // No model of a few thousand weights draws a fox; its file is small all the same.
        var run = await RunAsync("--only", "things,weights", "--check");

        Assert.Equal(ExitCode.BarMissed, run.ExitCode);
        Assert.Contains("Missed: thing recognised, of 60 is ", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Missed: weights", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fewer_prompts_are_said_to_be_a_part()
    {
        var run = await RunAsync("--quick", "--only", "solids", "--json");

        Assert.Equal(3, run.Json.GetProperty("rows")[0].GetProperty("count").GetInt32());
        Assert.False(run.Json.GetProperty("isWhole").GetBoolean());
        Assert.Equal(3, Pictures().Length);
    }

    [Fact]
    public async Task No_bar_is_held_against_a_few_prompts()
    {
        var run = await RunAsync("--quick", "--only", "solids,weights");

        var table = run.Output.Split('\n').Where(line => line.StartsWith('|')).ToList();
        Assert.Equal(5, table.Count);
        Assert.Single(table.Select(line => line.Count(letter => letter == '|')).Distinct());
        Assert.All(table, line => Assert.DoesNotMatch(@"\| (ok|no) +\|", line));
        Assert.Contains(table[^1], await File.ReadAllTextAsync(_folder["out/results.md"], Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_part_that_is_not_there_is_named_once_beside_those_that_are()
    {
        var run = await RunAsync("--only", "nonsense");

        Assert.Equal("--only: there is no part 'nonsense'; there are speed, weights, solids, pairs, things, places, heldout, languages, words, outpaint, variations, textdiff, wishes. Try --help.\n", run.Error);
    }

    [Theory]
    [InlineData("--only", "solids,wings")]
    [InlineData("--only", ",")]
    [InlineData("--only", "3")]
    [InlineData("--bars", "tpu")]
    [InlineData("--seeds", "9")]
    [InlineData("--prompts", "0")]
    [InlineData("--quick", "--check")]
    public async Task Words_that_mean_nothing_are_refused(params string[] arguments) => Assert.Equal(ExitCode.Usage, (await RunAsync(arguments)).ExitCode);

    [Fact]
    public async Task A_folder_without_a_suite_is_named()
    {
        var run = await RunAsync("--suite", _folder.Path);

        Assert.Equal(ExitCode.Input, run.ExitCode);
        Assert.Contains("prompts.json", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.5, 0.5, false, true)]
    [InlineData(0.499, 0.5, false, false)]
    [InlineData(1.5, 1.5, true, true)]
    [InlineData(1.501, 1.5, true, false)]
    [InlineData(double.NaN, 0.5, false, false)]
    [InlineData(double.NaN, 0.5, true, false)]
    public void A_bar_is_met_at_its_own_value_and_never_by_nothing(double value, double bar, bool isMost, bool isMet)
    {
        var row = QualityLine.Of(new QualityRow("it", QualityPart.Solids, new QualityBar(bar, Gpu: isMost ? -1 : 9, isMost), new Estimate(value, Error: null, 1)), BarKind.Cpu);

        Assert.Equal(isMet, row.IsMet);
        Assert.False(new QualityBar(bar, Gpu: isMost ? -1 : 9, isMost).IsMet(value, BarKind.Gpu));
    }

    private string[] Pictures() => [.. Directory.GetFiles(_folder["out/pictures"], "*.png").Order(StringComparer.Ordinal)];

    private async Task<string> ResultsAsync()
    {
        using var results = JsonDocument.Parse(await File.ReadAllBytesAsync(_folder["out/results.json"], Token));
        return results.RootElement.GetProperty("rows").GetRawText();
    }

    private async Task<CommandRun> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var host = new CommandHost { Output = output, Error = error, Time = TimeProvider.System, Models = new ModelLibrary(variable: null, AppContext.BaseDirectory) };
        string[] suite = arguments.Contains("--suite") ? [] : ["--suite", _suite];
        var exitCode = await CommandLine.RunAsync(["bench", "quality", "--model", TinyModel, "--device", "cpu", "--out", _folder["out"], .. suite, .. arguments], host, Token);
        return new CommandRun(exitCode, output.ToString(), error.ToString());
    }
}
