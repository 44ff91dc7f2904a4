using System.IO.Pipelines;
using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace CanvasWeb.Inference.Worker;

/// <summary>
/// Carries a hub connection over one WebSocket. SignalR's own HTTP client package does not restore from this project's sources
/// (decisions/0007); a worker needs none of its fallbacks: no negotiation, no long polling.
/// </summary>
/// <param name="key">Sent as <c>Authorization: Bearer</c>.</param>
internal sealed class WebSocketConnectionFactory(string key) : IConnectionFactory
{
    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var uri = ((UriEndPoint)endpoint).Uri;
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.SetRequestHeader("Authorization", $"Bearer {key}");
            socket.Options.KeepAliveInterval = TimeSpan.FromSeconds(10);
            await socket.ConnectAsync(new UriBuilder(uri) { Scheme = uri.Scheme == Uri.UriSchemeHttps ? "wss" : "ws" }.Uri, cancellationToken);
            return new WebSocketConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Two pumps between the socket and a pair of pipes, of which SignalR holds the other ends.</summary>
    private sealed class WebSocketConnection : ConnectionContext, ITransferFormatFeature
    {
        private readonly ClientWebSocket _socket;
        private readonly Pipe _received = new();
        private readonly Pipe _toSend = new();
        private readonly CancellationTokenSource _closed = new();
        private readonly Task _pumps;

        public WebSocketConnection(ClientWebSocket socket)
        {
            _socket = socket;
            Transport = new Duplex(_received.Reader, _toSend.Writer);
            Features.Set<ITransferFormatFeature>(this);
            _pumps = Task.WhenAll(ReceiveAsync(), SendAsync());
        }

        public override string ConnectionId { get; set; } = "";

        public override IFeatureCollection Features { get; } = new FeatureCollection();

        public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

        public override IDuplexPipe Transport { get; set; }

        public TransferFormat SupportedFormats => TransferFormat.Text;

        public TransferFormat ActiveFormat { get; set; } = TransferFormat.Text;

        public override void Abort(ConnectionAbortedException abortReason) => _closed.Cancel();

        public override async ValueTask DisposeAsync()
        {
            await Transport.Output.CompleteAsync();
            await Transport.Input.CompleteAsync();
            await _closed.CancelAsync();
            await _pumps;
            _socket.Dispose();
            _closed.Dispose();
            await base.DisposeAsync();
        }

        private async Task ReceiveAsync()
        {
            Exception? reason = null;
            try
            {
                while (true)
                {
                    var result = await _socket.ReceiveAsync(_received.Writer.GetMemory(4096), _closed.Token);
                    if (result.MessageType == WebSocketMessageType.Close)
                        break;
                    _received.Writer.Advance(result.Count);
                    if ((await _received.Writer.FlushAsync(_closed.Token)).IsCompleted)
                        break;
                }
            }
            catch (Exception error) when (error is WebSocketException or OperationCanceledException or IOException)
            {
                reason = error is OperationCanceledException ? null : error;
            }

            await _received.Writer.CompleteAsync(reason);
        }

        private async Task SendAsync()
        {
            try
            {
                while (true)
                {
                    var result = await _toSend.Reader.ReadAsync(_closed.Token);
                    foreach (var part in result.Buffer)
                        await _socket.SendAsync(part, WebSocketMessageType.Text, endOfMessage: false, _closed.Token);
                    if (!result.Buffer.IsEmpty)
                        await _socket.SendAsync(ReadOnlyMemory<byte>.Empty, WebSocketMessageType.Text, endOfMessage: true, _closed.Token);
                    _toSend.Reader.AdvanceTo(result.Buffer.End);
                    if (result.IsCompleted)
                        break;
                }

                if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                    await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
            }
            catch (Exception error) when (error is WebSocketException or OperationCanceledException or IOException)
            {
                // The receiving side ends the connection with the same news.
            }

            await _toSend.Reader.CompleteAsync();
        }
    }

    private sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
