using System.Diagnostics;
using System.Globalization;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Queue;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Generation.Workers;

/// <summary>
/// Keeps one worker running on the site's own machine, as a process of its own: what crashes in native code must take no circuit with it. The
/// child connects back like any other worker. It holds the end of a pipe as its standard input: when the site dies, however it dies, the system
/// closes the other end and the child ends.
/// </summary>
internal sealed class WorkerSupervisor(
    IServer server,
    IHostApplicationLifetime lifetime,
    WorkerKeys keys,
    WorkerRegistry workers,
    JobQueue queue,
    DataFolder data,
    IOptions<InferenceOptions> options,
    TimeProvider time,
    ILogger<WorkerSupervisor> logger) : BackgroundService
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_healthyAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_stopPatience = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Mode != InferenceMode.Child)
            return;

        // 1. Whom to start, and where it finds us.
        if (WorkerProgram.Find(options.Value.Program) is not { } program)
        {
            logger.LogError("The worker's program is missing: build CanvasWeb.Inference, set Inference:Program, or set Inference:Mode to External and start workers by hand. Until then jobs wait.");
            return;
        }

        if (!await IsListeningAsync(stoppingToken) || AddressForChild() is not { } address)
        {
            if (!stoppingToken.IsCancellationRequested)
                logger.LogError("The site has no plain HTTP address that its worker could reach: add one such as http://127.0.0.1:5081, or set Inference:Mode to External.");
            return;
        }

        try
        {
            // 2. Start it, again and again, slower each time that it does not last.
            var pause = s_firstPause;
            while (!stoppingToken.IsCancellationRequested)
            {
                var started = time.GetTimestamp();
                await TryRunAsync(program, address, stoppingToken);
                if (stoppingToken.IsCancellationRequested)
                    break;
                pause = time.GetElapsedTime(started) > s_healthyAfter ? s_firstPause : pause;
                logger.LogWarning("The worker ended; it is started again in {Pause}", pause);
                await Task.Delay(pause, time, stoppingToken);
                pause = TimeSpan.FromSeconds(Math.Min(options.Value.MaxRestartSeconds, 2 * pause.TotalSeconds));
            }
        }
        catch (OperationCanceledException)
        {
            // The site stops.
        }
        finally
        {
            File.Delete(KeyFile);
        }
    }

    private string KeyFile => Path.Combine(data.Subfolder("run"), string.Create(CultureInfo.InvariantCulture, $"worker-{Environment.ProcessId}.key"));

    private async Task TryRunAsync(string program, Uri address, CancellationToken stoppingToken)
    {
        try
        {
            WriteKey();
            await RunOnceAsync(program, address, stoppingToken);
        }
        catch (Exception error) when (!stoppingToken.IsCancellationRequested)
        {
            // The site goes on without a worker; the next round may do better.
            logger.LogError(error, "The worker could not be run");
        }
    }

    private async Task RunOnceAsync(string program, Uri address, CancellationToken stoppingToken)
    {
        using var process = new Process { StartInfo = StartInfo(program, address), EnableRaisingEvents = true };
        process.OutputDataReceived += (_, line) => Log(line.Data);
        process.ErrorDataReceived += (_, line) => Log(line.Data);
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            logger.LogError(error, "The worker {Program} cannot be started", program);
            return;
        }

        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var name = string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}/{process.Id}");
        logger.LogInformation("The worker was started as process {ProcessId}", process.Id);
        try
        {
            await process.WaitForExitAsync(stoppingToken);
            logger.LogError("The worker ended with {ExitCode}", process.ExitCode);
        }
        catch (OperationCanceledException)
        {
            await StopAsync(process);
        }

        if (workers.LastConnectionOf(name) is { } connection)
            await ReleaseAsync(connection);
    }

    // It is certainly dead, so its jobs need not wait for it to come back.
    private async Task ReleaseAsync(string connection)
    {
        try
        {
            await queue.ShortenLeasesAsync(connection, TimeSpan.Zero, CancellationToken.None);
            await queue.SweepAsync(CancellationToken.None);
        }
        catch (Exception error)
        {
            // The database may be away, which may be what ended the worker as well: its leases run out by themselves.
            logger.LogError(error, "The jobs of the worker that ended could not be taken back at once");
        }
    }

    private static async Task StopAsync(Process process)
    {
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(s_stopPatience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }
    }

    private ProcessStartInfo StartInfo(string program, Uri address)
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Path.GetDirectoryName(program),
        };
        foreach (var argument in (string[])["serve", "--site", address.ToString(), "--key-file", KeyFile, "--end-with-input"])
            start.ArgumentList.Add(argument);
        if (options.Value.Models.Length != 0)
        {
            start.ArgumentList.Add("--models");
            start.ArgumentList.Add(options.Value.Models);
        }

        // The worker is a web application by its libraries: the site's own settings in the environment are not meant for it.
        foreach (var name in start.Environment.Keys.Where(static name => name.StartsWith("ASPNETCORE_", StringComparison.OrdinalIgnoreCase) || name.StartsWith("Data__", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        return start;
    }

    private void WriteKey()
    {
        var folder = data.Subfolder("run");
        foreach (var old in Directory.EnumerateFiles(folder, "worker-*.key"))
        {
            // Left by a site that was killed; its key opens nothing any more.
            if (!int.TryParse(Path.GetFileNameWithoutExtension(old).AsSpan("worker-".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var owner) || !IsRunning(owner))
                File.Delete(old);
        }

        File.Delete(KeyFile);
        var write = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            write.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new StreamWriter(KeyFile, write);
        file.Write(keys.Child);
    }

    private static bool IsRunning(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private async Task<bool> IsListeningAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var onStart = lifetime.ApplicationStarted.Register(started.SetResult);
        try
        {
            await started.Task.WaitAsync(stoppingToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    // Whatever the site listens on, its child reaches it on the loopback.
    private Uri? AddressForChild()
    {
        foreach (var address in server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
        {
            var binding = BindingAddress.Parse(address);
            if (binding.Scheme != "http" || binding.IsUnixPipe || binding.IsNamedPipe)
                continue;
            var host = binding.Host is "+" or "*" or "[::]" or "0.0.0.0" or "localhost" ? "127.0.0.1" : binding.Host;
            return new(string.Create(CultureInfo.InvariantCulture, $"http://{host}:{binding.Port}"));
        }

        return null;
    }

    private void Log(string? line)
    {
        if (!string.IsNullOrWhiteSpace(line))
            logger.LogInformation("Worker: {Line}", line);
    }
}
