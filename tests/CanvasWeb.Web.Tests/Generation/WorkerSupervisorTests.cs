using System.Globalization;
using CanvasWeb.Contracts;
using CanvasWeb.Web.Data;
using CanvasWeb.Web.Generation.Queue;
using CanvasWeb.Web.Generation.Workers;
using CanvasWeb.Web.Tests.Infrastructure;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Options;

namespace CanvasWeb.Web.Tests.Generation;

public sealed class WorkerSupervisorTests(PostgreSqlServer server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_worker_that_ends_while_the_database_is_away_is_started_again()
    {
        if (!File.Exists("/bin/false"))
            Assert.Skip("There is no program here that ends at once.");
        await using var lab = await GenerationLab.OpenAsync(DatabaseKind.Sqlite, server);
        await using (var db = await lab.Get<IDbContextFactory<AppDbContext>>().CreateDbContextAsync(Token))
            await db.Database.ExecuteSqlRawAsync("ALTER TABLE \"Jobs\" RENAME TO \"Away\"", Token);
        lab.Get<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Add("http://127.0.0.1:1");
        var lifetime = Assert.IsType<ApplicationLifetime>(lab.Get<IHostApplicationLifetime>());
        lifetime.NotifyStarted();
        var log = new StartsOfWorkers(lab.Get<WorkerRegistry>());
        using var supervisor = new WorkerSupervisor(
            lab.Get<IServer>(), lifetime, lab.Get<WorkerKeys>(), lab.Get<WorkerRegistry>(), lab.Get<JobQueue>(), lab.Get<DataFolder>(),
            Options.Create(new InferenceOptions { Program = "/bin/false" }), TimeProvider.System, log);

        await supervisor.StartAsync(Token);
        await Task.WhenAny(log.Second, supervisor.ExecuteTask!).WaitAsync(Token);

        Assert.True(log.Second.IsCompleted);
        Assert.Contains(log.Errors, static error => error is not null); // The database was away indeed.
        await supervisor.StopAsync(Token);
        Assert.True(supervisor.ExecuteTask!.IsCompletedSuccessfully);
    }

    /// <summary>Makes each worker known as one that had connected, the moment that it is started.</summary>
    private sealed class StartsOfWorkers(WorkerRegistry workers) : ILogger<WorkerSupervisor>
    {
        private readonly TaskCompletionSource _second = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _starts;

        public Task Second => _second.Task;

        public System.Collections.Concurrent.ConcurrentBag<Exception?> Errors { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel == LogLevel.Error)
                Errors.Add(exception);
            if ((state as IReadOnlyList<KeyValuePair<string, object?>>)?.FirstOrDefault(static value => value.Key == "ProcessId").Value is not int processId)
                return;
            workers.Add("a connection", new(InferenceProtocol.Version, string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}/{processId}"), [GenerationLab.Description]));
            if (++_starts == 2)
                _second.SetResult();
        }
    }
}
