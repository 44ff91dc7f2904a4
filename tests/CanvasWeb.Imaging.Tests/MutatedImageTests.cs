using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace CanvasWeb.Imaging.Tests;

/// <summary>Starts CanvasWeb.Imaging.Fuzz: whatever native code does to it, this process sees an exit code.</summary>
public sealed class MutatedImageTests
{
    private const int Count = 100_000;

    /// <summary>What the fuzzing program ends with where there is no libvips.</summary>
    private const int LibraryMissing = 3;

    /// <summary>The pictures have at most a megapixel, 4 MB; the rest is the runtime. A leak of 10 KB a mutation would be 1 GB.</summary>
    private const long MaxPeakBytes = 400L << 20;

    [Theory]
    [InlineData(20261122)]
    public async Task A_hundred_thousand_mutated_files_each_give_a_picture_or_a_refusal(int seed)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}"));
        var (exitCode, output, errors) = await RunAsync(AppContext.BaseDirectory, seed, Count);
        TestContext.Current.TestOutputHelper?.WriteLine(output);
        Assert.True(exitCode == 0, string.Create(CultureInfo.InvariantCulture, $"Seed {seed} ended with exit code {exitCode}. {errors}"));

        using var report = JsonDocument.Parse(output);
        var root = report.RootElement;
        var refusals = root.GetProperty("refusals").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetInt32(), StringComparer.Ordinal);
        var pictures = root.GetProperty("pictures").GetInt32();
        Assert.Equal(Count, pictures + refusals.Values.Sum());

        // Mutations that never reach a decoder, or never hurt one, would prove nothing.
        Assert.InRange(pictures, Count / 10, Count / 2);
        Assert.InRange(refusals[ImageErrorCodes.Broken], Count / 10, Count);
        Assert.InRange(root.GetProperty("peakBytes").GetInt64(), 1, MaxPeakBytes);
    }

    [Fact]
    public async Task Without_the_bundled_library_the_systems_is_used()
    {
        using var copy = new ProgramCopy();

        var (exitCode, output, _) = await RunAsync(copy.Folder, seed: 1, count: 10);

        Assert.SkipWhen(exitCode == LibraryMissing, "This system has no libvips of its own.");
        Assert.Equal(0, exitCode);
        Assert.Contains("pictures", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_any_library_one_sentence_says_what_to_install()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "LD_LIBRARY_PATH is how Linux is kept from finding a system's libvips.");
        using var copy = new ProgramCopy();

        // The loader stops at the first file of the name: what it finds here is no library, so that a system's own is never reached.
        foreach (var name in (string[])["libvips.so.42", "libgobject-2.0.so.0", "libglib-2.0.so.0"])
            await File.WriteAllTextAsync(Path.Combine(copy.Folder, name), "no library", TestContext.Current.CancellationToken);

        var (exitCode, _, errors) = await RunAsync(copy.Folder, seed: 1, count: 10, libraryPath: copy.Folder);

        Assert.Equal(LibraryMissing, exitCode);
        Assert.Contains("install libvips", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string folder, int seed, int count, string? libraryPath = null)
    {
        var program = Path.Combine(folder, OperatingSystem.IsWindows() ? "CanvasWeb.Imaging.Fuzz.exe" : "CanvasWeb.Imaging.Fuzz");
        var start = new ProcessStartInfo(program) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(seed.ToString(CultureInfo.InvariantCulture));
        start.ArgumentList.Add(count.ToString(CultureInfo.InvariantCulture));
        if (libraryPath != null)
            start.Environment["LD_LIBRARY_PATH"] = libraryPath;
        using var child = Process.Start(start) ?? throw new InvalidOperationException("The fuzzing program did not start.");
        var errors = child.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (child.ExitCode, output, await errors);
    }

    /// <summary>The fuzzing program without the libraries that the build puts beside it.</summary>
    private sealed class ProgramCopy : IDisposable
    {
        public ProgramCopy()
        {
            foreach (var file in Directory.GetFiles(AppContext.BaseDirectory, "CanvasWeb.Imaging*"))
                File.Copy(file, Path.Combine(Folder, Path.GetFileName(file)));
        }

        public string Folder { get; } = Directory.CreateTempSubdirectory("canvasweb-imaging-").FullName;

        public void Dispose() => Directory.Delete(Folder, recursive: true);
    }
}
