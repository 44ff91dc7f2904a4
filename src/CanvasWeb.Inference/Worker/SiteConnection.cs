using System.Net;
using System.Net.WebSockets;
using CanvasWeb.Contracts;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace CanvasWeb.Inference.Worker;

/// <summary>The line to the site's hub: connects, introduces the worker, and does so again whenever it was lost. Calls wait for it.</summary>
internal sealed class SiteConnection : IAsyncDisposable
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(10);
    private readonly HubConnection _hub;
    private readonly WorkerHello _hello;
    private readonly TimeProvider _time;
    private readonly Action<string> _log;
    private volatile TaskCompletionSource _ready = NewSignal();
    private volatile TaskCompletionSource _lost = NewSignal();

    public SiteConnection(WorkerOptions options, WorkerHello hello, TimeProvider time, Action<string> log)
    {
        (_hello, _time, _log) = (hello, time, log);
        var builder = new HubConnectionBuilder();
        builder.Services.AddSingleton<IConnectionFactory>(new WebSocketConnectionFactory(options.Key));
        builder.Services.AddSingleton<EndPoint>(new UriEndPoint(new Uri(options.Site, InferenceProtocol.HubPath)));
        builder.AddJsonProtocol();
        _hub = builder.Build();
        _hub.Closed += _ =>
        {
            _ready = NewSignal();
            _lost.TrySetResult();
            return Task.CompletedTask;
        };
    }

    /// <summary>What the site said last.</summary>
    public WorkerWelcome Welcome { get; private set; } = new(30, 10);

    public void On(string method, Action handler) => _hub.On(method, handler);

    public void On<T>(string method, Action<T> handler) => _hub.On(method, handler);

    /// <summary>Answers a question of the site. Other calls of the site are heard meanwhile.</summary>
    public void On<TOrder, TAnswer>(string method, Func<TOrder, Task<TAnswer>> handler) => _hub.On(method, handler);

    /// <summary>Keeps the line up until cancelled.</summary>
    /// <returns>Why the site does not take this worker: trying again would not help.</returns>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        var pause = s_firstPause;
        var isFirstTry = true;
        while (true)
        {
            try
            {
                _lost = NewSignal();
                await _hub.StartAsync(cancellationToken);
                Welcome = await _hub.InvokeAsync<WorkerWelcome>(InferenceProtocol.Hello, _hello, cancellationToken);
                if (Welcome.Refusal is { } refusal)
                    return refusal;
                _log("connected to the site");
                pause = s_firstPause;
                isFirstTry = true;
                _ready.TrySetResult();
                await _lost.Task.WaitAsync(cancellationToken);
                _log("the connection to the site is lost; trying again");
            }
            catch (WebSocketException error) when (error.Message.Contains("401", StringComparison.Ordinal) || error.Message.Contains("403", StringComparison.Ordinal))
            {
                return "The site does not know this key: give the worker the site's Inference:Key.";
            }
            catch (Exception error) when (error is WebSocketException or IOException or HubException or InvalidOperationException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                if (isFirstTry)
                    _log($"no connection to the site yet: {error.Message.Split('\n', 2)[0]}");
                isFirstTry = false;
                await _hub.StopAsync(CancellationToken.None);
            }

            await Task.Delay(pause, _time, cancellationToken);
            pause = Longer(pause);
        }
    }

    /// <summary>
    /// Asks the site until it answers: also after the line was lost meanwhile, and also while it fails, as it does when its database is away for a
    /// moment. What is asked must bear repeating.
    /// </summary>
    /// <param name="maxFailures">Failed answers, with longer and longer pauses between them, before this gives up; null: never.</param>
    /// <exception cref="HubException">The site failed so many times.</exception>
    public async Task<T> InvokeAsync<T>(string method, object? argument, int? maxFailures, CancellationToken cancellationToken)
    {
        var pause = s_firstPause;
        for (var failures = 0; ;)
        {
            await _ready.Task.WaitAsync(cancellationToken);
            try
            {
                return argument is null
                    ? await _hub.InvokeAsync<T>(method, cancellationToken)
                    : await _hub.InvokeAsync<T>(method, argument, cancellationToken);
            }
            catch (HubException error) when (++failures < (maxFailures ?? int.MaxValue))
            {
                // Whatever the site threw arrives as this. It says so once and not for as long as it lasts.
                if (failures == 1)
                    _log($"the site could not answer {method}; asking again: {error.Message.Split('\n', 2)[0]}");
                await Task.Delay(pause, _time, cancellationToken);
                pause = Longer(pause);
            }
            catch (Exception error) when (error is IOException or WebSocketException or InvalidOperationException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // Lost in the middle: Closed swaps the signal, and the next round waits for the new line.
                await Task.Delay(TimeSpan.FromMilliseconds(100), _time, cancellationToken);
            }
        }
    }

    /// <summary>Tells the site something that need not arrive.</summary>
    public Task SendAsync(string method, object argument, CancellationToken cancellationToken) => _hub.SendAsync(method, argument, cancellationToken);

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 > s_longestPause ? s_longestPause : pause * 2;

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
