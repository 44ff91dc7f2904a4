using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace CanvasWeb.Inference.Tests.Program;

/// <summary>The built program as a child process: exit codes, bytes and signals as a shell sees them.</summary>
internal sealed partial class ProgramRun : IDisposable
{
    public const int Interrupt = 2;
    public const int Terminate = 15;

    private readonly Process _process;
    private readonly Task<string> _output;

    private ProgramRun(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Lines of stderr as they come.</summary>
    public StreamReader Error => _process.StandardError;

    /// <summary>Starts the program that lies beside the tests.</summary>
    public static ProgramRun Start(string workingFolder, params ReadOnlySpan<string> arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "CanvasWeb.Inference.exe" : "CanvasWeb.Inference");
        var start = new ProcessStartInfo { UseShellExecute = false, WorkingDirectory = workingFolder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("CANVASWEB_MODELS");
        if (OperatingSystem.IsLinux())
        {
            // Shells start background jobs with SIGINT ignored, and children inherit that: the tests may run in one.
            start.FileName = "/usr/bin/env";
            start.ArgumentList.Add("--default-signal=INT");
            start.ArgumentList.Add(program);
        }
        else
        {
            start.FileName = program;
        }

        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return new ProgramRun(Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start."));
    }

    /// <summary>Runs the program to its end.</summary>
    public static async Task<ProgramResult> RunAsync(string workingFolder, params string[] arguments)
    {
        using var run = Start(workingFolder, arguments);
        return await run.EndAsync();
    }

    public void Signal(int signal)
    {
        if (Kill(_process.Id, signal) != 0)
            throw new InvalidOperationException($"kill failed with {Marshal.GetLastPInvokeError()}.");
    }

    public async Task<ProgramResult> EndAsync()
    {
        var error = await _process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new ProgramResult(_process.ExitCode, await _output, error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}

/// <summary>What a process left behind.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Error)
{
    public JsonElement Json => JsonElement.Parse(Output);

    public string ErrorCode => Json.GetProperty("error").GetProperty("code").GetString()!;
}
