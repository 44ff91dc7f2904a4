using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using System.Threading.Channels;
using CanvasWeb.Canvas.Document;

namespace CanvasWeb.Web.Tests.Boards;

/// <summary>A hub connection by hand: SignalR's JSON protocol over one WebSocket, so that a test can stop reading, tear the line, send nonsense.</summary>
internal sealed class HubLine : IAsyncDisposable
{
    private const byte Separator = 0x1e;
    private const int Invocation = 1;
    private const int StreamItem = 2;
    private const int Completion = 3;
    private const int StreamInvocation = 4;

    /// <summary>What the site writes leaves out null; records that are only ever written do not all say so in their constructors.</summary>
    public static JsonSerializerOptions Answers { get; } = new(CanvasJson.Options) { RespectRequiredConstructorParameters = false };

    private readonly ClientWebSocket _socket;
    private readonly Channel<HubCall> _calls = Channel.CreateUnbounded<HubCall>();
    private readonly Channel<HubQuestion> _questions = Channel.CreateUnbounded<HubQuestion>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonElement>> _pending = new();
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly CancellationTokenSource _torn = new();
    private readonly TaskCompletionSource _handshake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _mayRead = new();
    private Task _reader = Task.CompletedTask;
    private volatile bool _isGone;
    private int _lastId;

    private HubLine(ClientWebSocket socket)
    {
        _socket = socket;
        _mayRead.SetResult();
    }

    /// <summary>What the server calls, in order. Completed when the line is gone.</summary>
    public ChannelReader<HubCall> Calls => _calls.Reader;

    public static async Task<HubLine> ConnectAsync(Uri hub, IEnumerable<KeyValuePair<string, string>> headers)
    {
        var token = TestContext.Current.CancellationToken;
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        foreach (var (name, value) in headers)
            socket.Options.SetRequestHeader(name, value);
        try
        {
            await socket.ConnectAsync(new UriBuilder(hub) { Scheme = "ws" }.Uri, token);
        }
        catch (WebSocketException)
        {
            var status = socket.HttpStatusCode;
            socket.Dispose();
            throw new HubRefusedException(status);
        }

        var line = new HubLine(socket);
        line._reader = line.ReadAsync();
        await line.WriteAsync("""{"protocol":"json","version":1}"""u8.ToArray());
        await line._handshake.Task.WaitAsync(token);
        return line;
    }

    /// <exception cref="HubErrorException">The hub answered with an error.</exception>
    /// <exception cref="HubGoneException">The line was torn before the answer.</exception>
    public async Task<T> InvokeAsync<T>(string target, params object?[] arguments)
    {
        var answer = await StartAsync(target, arguments);
        return (await answer).Deserialize<T>(HubLine.Answers)!;
    }

    public async Task InvokeAsync(string target, params object?[] arguments) => await await StartAsync(target, arguments);

    /// <summary>The first thing that a stream brings; what comes after it is not looked at.</summary>
    public async Task<T> FirstAsync<T>(string target, params object?[] arguments) => (await await SendAsync(StreamInvocation, target, arguments)).Deserialize<T>(Answers)!;

    /// <summary>Sends a call; the inner task is its answer.</summary>
    public Task<Task<JsonElement>> StartAsync(string target, params object?[] arguments) => SendAsync(Invocation, target, arguments);

    private async Task<Task<JsonElement>> SendAsync(int type, string target, object?[] arguments)
    {
        var id = (++_lastId).ToString(CultureInfo.InvariantCulture);
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[id] = answer;

        // After it was noted: whoever ends the line either sees it or was seen here.
        if (_isGone)
            throw new HubGoneException();
        await WriteAsync(JsonSerializer.SerializeToUtf8Bytes(new { type, invocationId = id, target, arguments }, CanvasJson.Options));
        return answer.Task;
    }

    /// <summary>Waits for the next call with this name; others before it are dropped.</summary>
    public async Task<HubCall> NextAsync(string target, Func<HubCall, bool>? which = null)
    {
        await foreach (var call in _calls.Reader.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            if (string.Equals(call.Target, target, StringComparison.OrdinalIgnoreCase) && (which is null || which(call)))
                return call;
        }

        throw new HubGoneException();
    }

    /// <summary>What the server asks and wants an answer to.</summary>
    public async Task<HubQuestion> QuestionAsync() => await _questions.Reader.ReadAsync(TestContext.Current.CancellationToken);

    /// <summary>As workers write it: what is null is said.</summary>
    public Task AnswerAsync<T>(HubQuestion question, T answer) =>
        WriteAsync(JsonSerializer.SerializeToUtf8Bytes(new { type = Completion, invocationId = question.Id, result = answer }, JsonSerializerOptions.Web));

    /// <summary>Reads nothing from the socket any more: what a laptop with a closed lid looks like.</summary>
    public void StopReading() => _mayRead = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void GoOnReading() => _mayRead.TrySetResult();

    /// <summary>Waits until the other side has ended the line.</summary>
    public Task GoneAsync() => _reader.WaitAsync(TestContext.Current.CancellationToken);

    /// <summary>Ends the line without a word.</summary>
    public async ValueTask DisposeAsync()
    {
        await _torn.CancelAsync();
        _mayRead.TrySetResult();
        _socket.Abort();
        await _reader;
        _socket.Dispose();
        _sending.Dispose();
        _torn.Dispose();
    }

    private async Task WriteAsync(byte[] message)
    {
        await _sending.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            await _socket.SendAsync((byte[])[.. message, Separator], WebSocketMessageType.Text, endOfMessage: true, TestContext.Current.CancellationToken);
        }
        catch (Exception error) when (error is WebSocketException or ObjectDisposedException)
        {
            throw new HubGoneException();
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            var buffer = new ArrayBufferWriter<byte>();
            while (true)
            {
                await _mayRead.Task;
                var result = await _socket.ReceiveAsync(buffer.GetMemory(16 * 1024), _torn.Token);
                if (result.MessageType == WebSocketMessageType.Close)
                    break;
                buffer.Advance(result.Count);
                buffer = Handle(buffer);
            }
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The line is gone.
        }

        _isGone = true;
        _calls.Writer.TryComplete();
        _questions.Writer.TryComplete();
        _handshake.TrySetException(new HubGoneException());
        foreach (var answer in _pending.Values)
            answer.TrySetException(new HubGoneException());
    }

    // Takes whole messages out of the buffer.
    private ArrayBufferWriter<byte> Handle(ArrayBufferWriter<byte> buffer)
    {
        var rest = buffer.WrittenMemory;
        int end;
        while ((end = rest.Span.IndexOf(Separator)) >= 0)
        {
            Handle(rest[..end]);
            rest = rest[(end + 1)..];
        }

        if (rest.Length == buffer.WrittenCount)
            return buffer;
        var next = new ArrayBufferWriter<byte>(Math.Max(rest.Length, 16 * 1024));
        next.Write(rest.Span);
        return next;
    }

    private void Handle(ReadOnlyMemory<byte> message)
    {
        using var document = JsonDocument.Parse(message);
        var json = document.RootElement;
        if (!json.TryGetProperty("type", out var type))
        {
            _handshake.TrySetResult();
            return;
        }

        switch (type.GetInt32())
        {
            case Invocation when json.TryGetProperty("invocationId", out var asked):
                _questions.Writer.TryWrite(new(asked.GetString()!, json.GetProperty("target").GetString()!, json.GetProperty("arguments")[0].Clone()));
                break;
            case Invocation:
                _calls.Writer.TryWrite(new(json.GetProperty("target").GetString()!, [.. json.GetProperty("arguments").EnumerateArray().Select(static argument => argument.Clone())]));
                break;
            case StreamItem when _pending.TryRemove(json.GetProperty("invocationId").GetString()!, out var item):
                item.TrySetResult(json.GetProperty("item").Clone());
                break;
            case Completion when _pending.TryRemove(json.GetProperty("invocationId").GetString()!, out var answer):
                if (json.TryGetProperty("error", out var error))
                    answer.TrySetException(new HubErrorException(error.GetString()!));
                else
                    answer.TrySetResult(json.TryGetProperty("result", out var result) ? result.Clone() : default);
                break;
        }
    }
}

internal sealed record HubCall(string Target, IReadOnlyList<JsonElement> Arguments)
{
    public T Read<T>(int index = 0) => Arguments[index].Deserialize<T>(HubLine.Answers)!;
}

/// <param name="Argument">The first: none here has more.</param>
internal sealed record HubQuestion(string Id, string Target, JsonElement Argument)
{
    public T Read<T>() => Argument.Deserialize<T>(HubLine.Answers)!;
}

internal sealed class HubGoneException : Exception;

internal sealed class HubRefusedException(System.Net.HttpStatusCode status) : Exception($"The hub answered {status}.")
{
    public System.Net.HttpStatusCode Status => status;
}

internal sealed class HubErrorException(string message) : Exception(message);
