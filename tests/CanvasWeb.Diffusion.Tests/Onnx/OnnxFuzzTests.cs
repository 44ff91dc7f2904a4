using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace CanvasWeb.Diffusion.Tests.Onnx;

public sealed partial class OnnxFuzzTests
{
    /// <summary>Change it to look at other damage; what it finds is repeated with the same seed.</summary>
    private const int Seed = 1;

    private const int Count = 3000;

    [Fact]
    public async Task Damaged_models_are_refused_or_run_but_never_end_the_process()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "CanvasWeb.Diffusion.Fuzz.dll");
        var start = new ProcessStartInfo("dotnet", [program, GoldenOnnx.Folder, Seed.ToString(CultureInfo.InvariantCulture), "0", Count.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var last = output.TrimEnd().Split('\n')[^1];
        Assert.True(process.ExitCode == 0, $"Seed {Seed}, \"{last}\" ended the process with {process.ExitCode}: {await errors}");

        var done = Summary().Match(last);
        Assert.True(done.Success, last);
        int Number(string name) => int.Parse(done.Groups[name].Value, CultureInfo.InvariantCulture);
        Assert.Equal(Count, Number("refused") + Number("failed") + Number("ran"));

        // Damage that is always found, or never, would test nothing; a megabyte of damage must not cost gigabytes.
        Assert.InRange(Number("refused"), Count / 4, Count * 49 / 50);
        Assert.InRange(Number("peak"), 1, 1024);
    }

    [GeneratedRegex(@"^done refused=(?<refused>\d+) failed=(?<failed>\d+) ran=(?<ran>\d+) peak=(?<peak>\d+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Summary();
}
