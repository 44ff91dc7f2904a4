using System.Diagnostics;
using CanvasWeb.Web.Tests.Boards;
using CanvasWeb.Web.Tests.Generation;

namespace CanvasWeb.Web.Tests.Provenance;

/// <summary>The real worker and its command line, with canvas-mini.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _keyFile;

    private WorkerProcess(Process process, string keyFile)
    {
        _process = process;
        _keyFile = keyFile;
    }

    private static string Program
    {
        get
        {
            var output = new DirectoryInfo(AppContext.BaseDirectory);
            return Path.Combine(SiteProcess.Repository().FullName, "src", "CanvasWeb.Inference", "bin", output.Parent!.Name, output.Name, "CanvasWeb.Inference");
        }
    }

    private static string Models => Path.Combine(SiteProcess.Repository().FullName, "models");

    public static async Task<WorkerProcess> ServeAsync(BoardSite site)
    {
        var keyFile = Path.GetTempFileName();
        await File.WriteAllTextAsync(keyFile, site.Services.GetRequiredService<CanvasWeb.Web.Generation.Workers.WorkerKeys>().Child, TestContext.Current.CancellationToken);
        return new(Start("serve", "--site", site.Address.ToString(), "--key-file", keyFile, "--models", Models), keyFile);
    }

    /// <summary>One command, to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string verb, params string[] arguments)
    {
        using var process = Start([verb, .. arguments, "--models", Models]);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, output + await error);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        File.Delete(_keyFile);
    }

    private static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(Program) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
