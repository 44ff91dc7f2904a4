using System.Diagnostics;
using System.Text.Json;

[assembly: AssemblyFixture(typeof(CanvasWeb.Web.Tests.Accounts.LocalProviders))]

namespace CanvasWeb.Web.Tests.Accounts;

/// <summary>
/// The two providers of tests/e2e/signin, started with the first test that needs them and gone with the test run (they end when their input
/// closes, so a killed run leaves none behind).
/// </summary>
public sealed class LocalProviders : IAsyncDisposable
{
    public const string ClientId = "canvasweb";
    public const string ClientSecret = "a secret between the site and its provider";
    private readonly SemaphoreSlim _starting = new(1, 1);
    private Process? _process;
    private Dictionary<string, string> _issuers = [];

    /// <returns>The address of each provider by its name.</returns>
    public async Task<IReadOnlyDictionary<string, string>> StartAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken);
        try
        {
            if (_process is null)
                await StartProcessAsync(cancellationToken);
            return _issuers;
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _starting.Dispose();
        if (_process is null)
            return;
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task StartProcessAsync(CancellationToken cancellationToken)
    {
        var tests = TestsFolder();
        if (!Directory.Exists(Path.Combine(tests, "node_modules", "oidc-provider")))
        {
            using var npm = Start("npm", tests, "ci", "--ignore-scripts", "--no-audit", "--no-fund");
            npm.StandardInput.Close();
            await npm.WaitForExitAsync(cancellationToken);
            if (npm.ExitCode != 0)
                Assert.Skip("The sign-in tests need the packages of tests/package.json, and `npm ci` in tests/ failed.");
        }

        _process = Start("node", tests, Path.Combine("e2e", "signin", "providers.mjs"));
        var line = await _process.StandardOutput.ReadLineAsync(cancellationToken);
        _issuers = JsonSerializer.Deserialize<Dictionary<string, string>>(line ?? throw new InvalidOperationException("The providers did not start.")) ?? [];
    }

    private static Process Start(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = folder };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        try
        {
            var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginErrorReadLine();
            return process;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"The sign-in tests need {program} on the path; tests/run.sh installs it on Debian.");
            throw;
        }
    }

    private static string TestsFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CanvasWeb.sln")))
                return Path.Combine(folder.FullName, "tests");
        }

        throw new InvalidOperationException("The tests run outside of a checkout.");
    }
}
