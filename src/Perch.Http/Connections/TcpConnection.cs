using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;
using Perch.Http.Engine;
using Perch.Messages;

namespace Perch.Http.Connections;

/// <summary>
/// A raw byte connection as a <c>tcp</c> scope:
/// <list type="number">
/// <item>the app is called, and receives and sends as it likes, both with back-pressure;</item>
/// <item>the peer shuts its side down: the app is told, and can still send;</item>
/// <item>the app closes or returns: what it sent goes out before the connection is closed. An app that throws has it aborted.</item>
/// </list>
/// </summary>
internal sealed partial class TcpConnection : ScopeSource
{
    private readonly ConnectionContext _connection;
    private readonly LifespanRunner? _lifespan;
    private readonly TcpMessageOrder _order = new();
    private readonly TcpReceive _event = new(default);
    private SequencePosition? _consumed;
    private bool _receiving;
    private bool _sending;
    private bool _endReceived;
    private bool _lost;

    internal TcpConnection(ConnectionContext connection, LifespanRunner? lifespan)
    {
        _connection = connection;
        _lifespan = lifespan;
    }

    internal override ScopeAddress? Client => ConnectionFacts.AddressOf(_connection.RemoteEndPoint);

    internal override ScopeAddress? Server => ConnectionFacts.AddressOf(_connection.LocalEndPoint);

    internal override IDictionary<string, object?>? State => _lifespan is null ? null : new Dictionary<string, object?>(_lifespan.State);

    internal override CancellationToken Disconnected => _connection.ConnectionClosed;

    internal override OfferedExtensions Offered => _connection.Features.Get<ITlsHandshakeFeature>() is null ? OfferedExtensions.None : OfferedExtensions.Tls;

    internal override IReadOnlyDictionary<string, object> Extensions => ExtensionNames.ToDictionary(Offered, TlsFacts.Of(_connection.Features, server: null));

    /// <summary>Runs the app until the connection is over.</summary>
    internal async Task RunAsync(GatewayApp app, ILogger logger)
    {
        try
        {
            await (app(new TcpScope(this), ReceiveAsync, SendAsync) ?? throw new GatewayProtocolException("The app returned null instead of a task."));
            await _connection.Transport.Output.CompleteAsync();
        }
        catch (Exception exception) when (exception is ClientDisconnectedException || (_lost && exception is OperationCanceledException))
        {
            LogClientLeft(logger, _connection.ConnectionId);
        }
        catch (Exception exception)
        {
            LogAppFailed(logger, _connection.ConnectionId, exception);
            _connection.Abort(new ConnectionAbortedException("The app failed.", exception));
        }
        finally
        {
            EndGeneration();
            _event.Retire();
            await _connection.Transport.Input.CompleteAsync();
        }
    }

    private async ValueTask<GatewayEvent> ReceiveAsync()
    {
        if (_receiving)
        {
            throw new GatewayProtocolException("receive() was called while another call of it waits.");
        }

        if (_endReceived || _lost)
        {
            return TcpDisconnect.Instance;
        }

        _receiving = true;
        try
        {
            return await ReadAsync(_connection.Transport.Input);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or InvalidOperationException)
        {
            // A reset, or the connection was closed from our side while this call waited.
            _lost = true;
            return TcpDisconnect.Instance;
        }
        finally
        {
            _receiving = false;
        }
    }

    private async ValueTask<GatewayEvent> ReadAsync(PipeReader input)
    {
        if (_consumed is { } position)
        {
            _consumed = null;
            input.AdvanceTo(position);
        }

        while (true)
        {
            ReadResult result = await input.ReadAsync();
            ReadOnlySequence<byte> buffer = result.Buffer;
            if (!buffer.IsEmpty)
            {
                _consumed = buffer.GetPosition(buffer.First.Length);
                _event.Renew(buffer.First, moreData: true);
                return _event;
            }

            input.AdvanceTo(buffer.End);
            if (_lost)
            {
                return TcpDisconnect.Instance;
            }

            if (result.IsCompleted || result.IsCanceled)
            {
                _endReceived = true;
                _event.Renew(default, moreData: false);
                return _event;
            }
        }
    }

    private async ValueTask SendAsync(GatewayEvent message)
    {
        if (_sending)
        {
            throw new GatewayProtocolException("send() was called while another call of it has not ended.");
        }

        if (_lost && !_order.IsClosed)
        {
            throw new ClientDisconnectedException();
        }

        _order.Accept(message);
        _sending = true;
        try
        {
            PipeWriter output = _connection.Transport.Output;
            if (message is TcpSend { Data.IsEmpty: false } send)
            {
                FlushResult flushed = await output.WriteAsync(send.Data);
                if (flushed.IsCompleted)
                {
                    throw new ClientDisconnectedException();
                }
            }

            if (_order.IsShutDown)
            {
                await output.CompleteAsync();
            }

            if (_order.IsClosed)
            {
                // Both directions: on transports that have a half-close, the peer's side would be open still.
                _lost = true;
                _connection.Transport.Input.CancelPendingRead();
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            _lost = true;
            throw exception as ClientDisconnectedException ?? new ClientDisconnectedException("The peer has disconnected.", exception);
        }
        finally
        {
            _sending = false;
        }
    }

    [LoggerMessage(40, LogLevel.Error, "Connection {ConnectionId}: the app failed; the connection is aborted.", EventName = "TcpAppFailed")]
    private static partial void LogAppFailed(ILogger logger, string connectionId, Exception exception);

    [LoggerMessage(41, LogLevel.Debug, "Connection {ConnectionId}: the peer left.", EventName = "TcpClientLeft")]
    private static partial void LogClientLeft(ILogger logger, string connectionId);

    // Next free id: 42. 1 to 39 are Perch.AspNetCore's.
}
