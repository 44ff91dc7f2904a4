using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Npgsql;

[assembly: AssemblyFixture(typeof(CanvasWeb.Web.Tests.Infrastructure.PostgreSqlServer))]

namespace CanvasWeb.Web.Tests.Infrastructure;

/// <summary>
/// A PostgreSQL server of the tests' own, in a temporary folder on a free port of the loopback, started with the first database that is
/// asked for and gone with the test run. Where the server is not installed the tests that need it are skipped; tests/run.sh installs it.
/// </summary>
public sealed class PostgreSqlServer : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1, 1);
    private DirectoryInfo? _folder;
    private Process? _server;
    private int _port;
    private int _databases;

    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken)
    {
        await _starting.WaitAsync(cancellationToken);
        try
        {
            if (_server is null)
                await StartAsync(cancellationToken);
            var name = string.Create(CultureInfo.InvariantCulture, $"test{++_databases}");
            await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
            await connection.OpenAsync(cancellationToken);
            await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
            return ConnectionString(name);
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _starting.Dispose();
        if (_server is not null)
        {
            _server.Kill(entireProcessTree: true);
            await _server.WaitForExitAsync();
            _server.Dispose();
        }

        _folder?.Delete(recursive: true);
    }

    private string ConnectionString(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_port};Username=postgres;Database={database};Pooling=true;Maximum Pool Size=40;Connection Idle Lifetime=5;Connection Pruning Interval=2;Include Error Detail=true");

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        var bin = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Select(static version => Path.Combine(version, "bin")).Where(static folder => File.Exists(Path.Combine(folder, "initdb"))).Order(StringComparer.Ordinal).LastOrDefault()
            : null;
        if (bin is null)
            Assert.Skip("PostgreSQL is not installed (Debian: apt-get install postgresql); tests/run.sh does it.");

        _folder = Directory.CreateTempSubdirectory("canvasweb-pg-");
        using (var socket = new TcpListener(IPAddress.Loopback, 0))
        {
            socket.Start();
            _port = ((IPEndPoint)socket.LocalEndpoint).Port;
        }

        var data = Path.Combine(_folder.FullName, "data");
        // The server refuses to run as root: there it runs as the user that its package made.
        if (Environment.UserName == "root")
        {
            using var chown = Start("chown", "postgres", _folder.FullName);
            await chown.WaitForExitAsync(cancellationToken);
        }

        using (var init = AsServerUser(Path.Combine(bin, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"))
        {
            await init.WaitForExitAsync(cancellationToken);
            if (init.ExitCode != 0)
                throw new InvalidOperationException($"initdb ended with {init.ExitCode}.");
        }

        // No fsync: these databases live as long as the test run. Kill tests kill the site, not the database.
        _server = await StartAndStayAsync(() => AsServerUser(Path.Combine(bin, "postgres"), "-D", data, "-p", _port.ToString(CultureInfo.InvariantCulture), "-h", "127.0.0.1", "-k", _folder.FullName, "-c", "fsync=off", "-c", "max_connections=600"));
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
                await connection.OpenAsync(cancellationToken);
                return;
            }
            catch (NpgsqlException) when (attempt < 300 && !_server.HasExited)
            {
                await Task.Delay(100, cancellationToken);
            }
        }
    }

    // --pdeathsig fires when the thread that started the process ends, and a thread of the pool may end at any time: the server would be
    // killed in the middle of a run. This thread stays as long as the server.
    private static Task<Process> StartAndStayAsync(Func<Process> start)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            Process process;
            try
            {
                process = start();
            }
            catch (Exception error)
            {
                started.SetException(error);
                return;
            }

            started.SetResult(process);
            try
            {
                process.WaitForExit();
            }
            catch (InvalidOperationException)
            {
                // Ended and disposed meanwhile.
            }
        }) { IsBackground = true, Name = "PostgreSQL" }.Start();
        return started.Task;
    }

    private static Process AsServerUser(string program, params string[] arguments) =>
        Environment.UserName == "root" ? Start("setpriv", ["--reuid=postgres", "--regid=postgres", "--init-groups", "--pdeathsig=KILL", program, .. arguments]) : Start(program, arguments);

    private static Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = "/" };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        process.OutputDataReceived += static (_, _) => { };
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }
}
