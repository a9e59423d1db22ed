using System.Threading.Channels;
using Perch.Testing.Hosting;

namespace Perch.Testing.Communicator;

/// <summary>An app whose other end is a test that handles each message by itself.</summary>
internal sealed class CommunicatorConnection : AppConnection
{
    private readonly Inbox _inbox = new();
    private readonly MessageGate _gate;
    private readonly Channel<GatewayEvent> _output = Channel.CreateUnbounded<GatewayEvent>();

    internal CommunicatorConnection(GatewayApp app, Scope values, GatewayTestOptions options) : base(app, values, options) =>
        _gate = new MessageGate(values, Offered);

    /// <summary>What the app has sent. It completes, with the app's exception if there is one, when the app has ended.</summary>
    internal ChannelReader<GatewayEvent> Output => _output.Reader;

    protected override string StateName => _gate.StateName;

    /// <summary>Hands an event to the app. One that says that the client has left is taken at its word.</summary>
    internal void Give(GatewayEvent message)
    {
        GatewayEvent own = _gate.ForApp(message);
        if (own is HttpDisconnect or WebSocketDisconnect or TcpDisconnect)
        {
            Leave(own);
        }
        else
        {
            _inbox.Add(own);
        }
    }

    internal void Disconnect() =>
        Leave(_gate.Disconnect ?? throw new InvalidOperationException("A lifespan has no client that could leave: send lifespan.shutdown."));

    /// <summary>Ends waits of the app, if it can be: a lifespan that nobody stopped waits on.</summary>
    internal bool TryDisconnect()
    {
        if (_gate.Disconnect is { } last)
        {
            Leave(last);
        }

        return _gate.Disconnect is not null;
    }

    protected override async ValueTask<GatewayEvent> NextEventAsync()
    {
        GatewayEvent message = await _inbox.TakeAsync().ConfigureAwait(false);
        lock (Gate)
        {
            _gate.Handing(message);
        }

        return message;
    }

    protected override ValueTask TakeAsync(GatewayEvent message)
    {
        lock (Gate)
        {
            if (HasClientLeft && !_gate.IsOver)
            {
                throw new ClientDisconnectedException();
            }

            GatewayEvent? last = _gate.Accept(message);
            Log.FromApp(message);
            _output.Writer.TryWrite(message);
            if (last is not null)
            {
                _inbox.End(last, dropWaiting: true);
            }
        }

        return default;
    }

    protected override void OnAppEnded(Exception? failure)
    {
        lock (Gate)
        {
            MarkLeft();
        }

        _output.Writer.TryComplete(failure);
        if (_gate.Disconnect is { } last)
        {
            _inbox.End(last, dropWaiting: true);
        }
    }

    private void Leave(GatewayEvent last)
    {
        lock (Gate)
        {
            MarkLeft();
        }

        _inbox.End(last, dropWaiting: false);
        CancelLeft();
    }
}
