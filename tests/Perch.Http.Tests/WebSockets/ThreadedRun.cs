using System.Buffers;
using System.IO.Pipelines;
using Perch.Http.Tests.Connections;
using Perch.Http.WebSockets;
using Perch.Http.WebSockets.Compression;

namespace Perch.Http.Tests.WebSockets;

/// <summary>A session on pipes whose continuations run on the thread pool, as a server's do.</summary>
internal sealed class ThreadedRun : IDuplexPipe, IAsyncDisposable
{
    private readonly Pipe _toServer = new();
    private readonly Pipe _toClient = new();
    private readonly CountedArrays _arrays = new();

    internal ThreadedRun(WebSocketGatewayOptions? options = null, DeflateAgreement? deflate = null) => Session = new WebSocketSession(
        this,
        options ?? new() { MaxQueue = 4 },
        deflate,
        TimeProvider.System,
        new CutConnection(() => _toServer.Writer.Complete(new IOException("The session is cut."))),
        pool: _arrays);

    internal WebSocketSession Session { get; }

    /// <summary>The client's side, for a client that wants a stream.</summary>
    internal Stream Client => new PipeStream(_toClient.Reader, _toServer.Writer);

    /// <summary>The client's last bytes, once it is to end.</summary>
    internal byte[]? Ends { get; set; }

    public PipeReader Input => _toServer.Reader;

    public PipeWriter Output => _toClient.Writer;

    internal async Task ServeAsync(Func<WebSocketSession, Task> app)
    {
        try
        {
            Session.Start();
            await Task.Run(() => app(Session));
        }
        catch (ClientDisconnectedException)
        {
        }

        Session.OnAppEnded();
        await Session.CloseAsync(1000);
        await Session.Ended;
        Session.Dispose();
        await Output.CompleteAsync();
        await Input.CompleteAsync();
    }

    internal async Task SendAsync(byte[] bytes)
    {
        try
        {
            await _toServer.Writer.WriteAsync(bytes);
        }
        catch (InvalidOperationException)
        {
            // Cut meanwhile.
        }
    }

    internal void EndSending() => _toServer.Writer.Complete();

    internal async Task<byte[]> ReadAsync(int count)
    {
        ReadResult result = await _toClient.Reader.ReadAtLeastAsync(count);
        ReadOnlySequence<byte> bytes = result.Buffer.Slice(0, Math.Min(count, result.Buffer.Length));
        byte[] copy = bytes.ToArray();
        _toClient.Reader.AdvanceTo(bytes.End);
        return copy;
    }

    internal async Task ReadAllAsync()
    {
        while (true)
        {
            ReadResult result = await _toClient.Reader.ReadAsync();
            _toClient.Reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Session.Ended.Within("the end of the session");
        Assert.Equal(0, _arrays.Rented);
    }
}
