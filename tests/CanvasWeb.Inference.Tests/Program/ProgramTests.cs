using System.Diagnostics;
using System.Security.Cryptography;
using CanvasWeb.Imaging;
using CanvasWeb.Testing;

namespace CanvasWeb.Inference.Tests.Program;

/// <summary>The built program with a tiny real model. Few, because each starts a process.</summary>
public sealed class ProgramTests : IDisposable
{
    private const string Prompt = "a small red cube on a large green cube";

    private static readonly string Models = RepositoryFiles.PathTo("tests", "golden", "models");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_same_command_twice_gives_identical_files_with_the_hash_that_json_says()
    {
        var first = await GenerateAsync("--seed", "7", "--out", "a.png", "--json");
        var second = await GenerateAsync("--seed", "7", "--out", "b.png", "--json");

        Assert.Equal(0, first.ExitCode);
        Assert.Empty(first.Error);
        Assert.Equal(Bytes("a.png"), Bytes("b.png"));
        foreach (var run in new[] { first, second })
        {
            var image = run.Json.GetProperty("images")[0];
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Bytes(image.GetProperty("path").GetString()!))), image.GetProperty("sha256").GetString());
        }
    }

    [Fact]
    public async Task Picture_k_of_three_equals_the_single_run_with_image_index_k()
    {
        await GenerateAsync("--seed", "7", "--count", "3", "--steps", "3", "--out", "all.png");
        for (var k = 0; k < 3; k++)
        {
            await GenerateAsync("--seed", "7", "--image-index", $"{k}", "--steps", "3", "--out", "one.png");
            Assert.Equal(Bytes($"all-{k}.png"), Bytes("one.png"));
        }

        Assert.NotEqual(Bytes("all-0.png"), Bytes("all-1.png"));
    }

    [Theory]
    [InlineData(ProgramRun.Interrupt)]
    [InlineData(ProgramRun.Terminate)]
    public async Task A_signal_in_mid_run_ends_with_130_and_leaves_whole_files_only(int signal)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Windows has no such signals.");
        using var run = ProgramRun.Start(_folder.Path, Arguments("--seed", "7", "--count", "100", "--steps", "100", "--previews", "previews", "--out", "a.png"));
        while (await run.Error.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && !line.StartsWith("picture 2 of", StringComparison.Ordinal))
        {
        }

        run.Signal(signal);
        var result = await run.EndAsync();

        Assert.Equal(130, result.ExitCode);
        Assert.Contains("Stopped", result.Error, StringComparison.Ordinal);
        var files = Directory.GetFiles(_folder.Path);
        Assert.Contains(_folder["a-0.png"], files);
        Assert.True(files.Length < 100);
        foreach (var file in files.Concat(Directory.GetFiles(_folder["previews"])))
            ImageDecoder.Decode(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken), ImageLimits.Default);
    }

    [Fact]
    public async Task A_signal_as_soon_as_the_program_loads_ends_with_130_and_leaves_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Windows has no such signals.");

        // More steps than a machine makes before the signal arrives, so that the end is the same wherever it meets the program.
        using var run = ProgramRun.Start(_folder.Path, Arguments("--seed", "7", "--steps", "200", "--size", "128", "--out", "a.png"));
        Assert.Equal("loading the model", await run.Error.ReadLineAsync(TestContext.Current.CancellationToken));

        run.Signal(ProgramRun.Interrupt);
        var result = await run.EndAsync();

        Assert.Equal(130, result.ExitCode);
        Assert.EndsWith("Stopped; nothing half-done was written.\n", result.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task An_unknown_model_ends_with_3_and_suggests_the_nearest()
    {
        var result = await ProgramRun.RunAsync(_folder.Path, "generate", Prompt, "--models", Models, "--model", "canvas-mini-tny", "--json");

        Assert.Equal(3, result.ExitCode);
        Assert.Equal("model_not_found", result.ErrorCode);
        Assert.Contains("did you mean canvas-mini-tiny?", result.Error, StringComparison.Ordinal);
        Assert.Contains("sdxl-tiny", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_truncated_model_ends_with_3_names_the_file_and_is_listed_as_refused()
    {
        var model = _folder["models/broken"];
        CopyFolder(Path.Combine(Models, "canvas-mini-tiny"), model);
        var graph = Path.Combine(model, "unet", "model.onnx");
        var bytes = await File.ReadAllBytesAsync(graph, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(graph, bytes[..(bytes.Length / 2)], TestContext.Current.CancellationToken);

        var generate = await ProgramRun.RunAsync(_folder.Path, "generate", Prompt, "--models", "models", "--json");
        Assert.Equal(3, generate.ExitCode);
        Assert.Equal("model_refused", generate.ErrorCode);
        Assert.Contains(Path.Combine("unet", "model.onnx"), generate.Error, StringComparison.Ordinal);

        var list = await ProgramRun.RunAsync(_folder.Path, "models", "--models", "models", "--check", "--json");
        Assert.Equal(3, list.ExitCode);
        var row = Assert.Single(list.Json.GetProperty("models").EnumerateArray());
        Assert.False(row.GetProperty("usable").GetBoolean());
        Assert.Equal(Path.Combine("unet", "model.onnx"), row.GetProperty("refusal").GetProperty("file").GetString());
    }

    [Fact]
    public async Task A_prompt_past_the_token_limit_ends_with_4_and_says_which_words_are_cut()
    {
        var prompt = string.Join(' ', Enumerable.Repeat("cube", 38)) + " zebra" + string.Concat(Enumerable.Repeat(" cube", 60));

        var result = await ProgramRun.RunAsync(_folder.Path, "generate", prompt, "--models", Models, "--model", "canvas-mini-tiny", "--json");

        Assert.Equal(4, result.ExitCode);
        Assert.Equal("prompt_too_long", result.ErrorCode);
        Assert.Contains("the first 38 words are read, and \"zebra cube cube cube cube ...\" would be cut", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_size_that_does_not_divide_ends_with_4()
    {
        var result = await GenerateAsync("--size", "65x64", "--json");

        Assert.Equal(4, result.ExitCode);
        Assert.Equal("size_not_divisible", result.ErrorCode);
    }

    [Fact]
    public async Task A_full_disk_ends_with_5_and_leaves_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The full disk is a tmpfs.");
        Directory.CreateDirectory(_folder["disk"]);
        using (var mount = Process.Start("mount", ["-t", "tmpfs", "-o", "size=4k", "tmpfs", _folder["disk"]]))
        {
            await mount.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.SkipUnless(mount.ExitCode == 0, "Mounting a tmpfs takes more rights than this run has.");
        }

        try
        {
            // All that fits, so that not a byte is left.
            await File.WriteAllBytesAsync(_folder["disk/filler"], new byte[4096], TestContext.Current.CancellationToken);

            var result = await GenerateAsync("--steps", "1", "--out", "disk/a.png", "--json");

            Assert.Equal(5, result.ExitCode);
            Assert.Equal("disk_full", result.ErrorCode);
            Assert.Equal([_folder["disk/filler"]], Directory.GetFileSystemEntries(_folder["disk"]));
        }
        finally
        {
            using var unmount = Process.Start("umount", [_folder["disk"]]);
            await unmount.WaitForExitAsync(CancellationToken.None);
        }
    }

    [Fact]
    public async Task A_wrong_command_line_ends_with_2() =>
        Assert.Equal(2, (await ProgramRun.RunAsync(_folder.Path, "generate", "--size", "big", Prompt)).ExitCode);

    [Fact]
    public async Task The_bench_reports_its_three_measures()
    {
        var result = await ProgramRun.RunAsync(_folder.Path, "bench", "--models", Models, "--model", "canvas-mini-tiny", "--pairs", "1", "--loads", "1", "--pictures", "2", "--json");

        Assert.Equal(0, result.ExitCode);
        Assert.True(result.Json.GetProperty("overhead").GetProperty("ratio").GetDouble() > 0);
        Assert.True(result.Json.GetProperty("overhead").GetProperty("modelCalls").GetInt32() > 15);
        Assert.True(result.Json.GetProperty("speed").GetProperty("firstPreviewMs").GetDouble() > 0);
        Assert.True(result.Json.GetProperty("memory").GetProperty("residentBytesAtEnd").GetInt64() > 0);
    }

    private Task<ProgramResult> GenerateAsync(params string[] arguments) => ProgramRun.RunAsync(_folder.Path, Arguments(arguments));

    private static string[] Arguments(params string[] arguments) => ["generate", Prompt, "--models", Models, "--model", "canvas-mini-tiny", .. arguments];

    private byte[] Bytes(string name) => File.ReadAllBytes(_folder[name]);

    private static void CopyFolder(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!); // A file's path has a folder.
            File.Copy(file, target);
        }
    }
}
