using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Perch.Http.Tests.Connections;

/// <summary>
/// A connection without a socket. What the server does about bytes it does on the thread that sends them, so that all of it has happened
/// when <see cref="Send(string)"/> returns, as far as it goes without a wait. It ends as the socket transport's connections do:
/// <see cref="ConnectionClosed"/> fires when the client ends its side, or has read all after the server has ended its own.
/// </summary>
internal sealed class MemoryConnection : ConnectionContext, IDuplexPipe, IConnectionLifetimeNotificationFeature
{
    private readonly CancellationTokenSource _closed = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _sent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim _reading = new(1);
    private readonly List<byte> _kept = [];
    private readonly Pipe _toServer;
    private readonly Pipe _toClient;
    private readonly CountedWriter _output;
    private bool _readerDone;

    internal MemoryConnection(long inputThreshold = 1 << 20, long outputThreshold = 1 << 20)
    {
        _toServer = new Pipe(new PipeOptions(
            Pool, PipeScheduler.Inline, PipeScheduler.ThreadPool, inputThreshold, inputThreshold / 2, useSynchronizationContext: false));
        _toClient = new Pipe(new PipeOptions(
            Pool, PipeScheduler.ThreadPool, PipeScheduler.Inline, outputThreshold, outputThreshold / 2, useSynchronizationContext: false));
        _output = new CountedWriter(_toClient.Writer);
        Transport = this;
        ConnectionClosed = _closed.Token;
        ConnectionClosedRequested = _stop.Token;
        Features.Set<IConnectionLifetimeNotificationFeature>(this);
    }

    public override string ConnectionId { get; set; } = "test";

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport { get; set; }

    public CancellationToken ConnectionClosedRequested { get; set; }

    PipeReader IDuplexPipe.Input => _toServer.Reader;

    PipeWriter IDuplexPipe.Output => _output;

    internal CountedPool Pool { get; } = new();

    /// <summary>How often the server has written.</summary>
    internal int Flushes => _output.Flushes;

    /// <summary>What the server's next write throws.</summary>
    internal Exception WriteFailure { set => _output.Failure = value; }

    /// <summary>How often the server has ended its side.</summary>
    internal int Completions => _output.Completions;

    /// <summary>Why the server aborted; null if it has not.</summary>
    internal ConnectionAbortedException? Aborted { get; private set; }

    public void RequestClose() => _stop.Cancel();

    public override void Abort(ConnectionAbortedException abortReason)
    {
        if (Aborted is null)
        {
            Aborted = abortReason;
            Cut(abortReason);
        }
    }

    /// <summary>Waits until the client has taken what was sent, or the connection is cut.</summary>
    public override async ValueTask DisposeAsync()
    {
        await _sent.Task;
        await base.DisposeAsync();
    }

    internal void Send(string text) => Send(Encoding.Latin1.GetBytes(text));

    internal void Send(ReadOnlySpan<byte> bytes)
    {
        _toServer.Writer.Write(bytes);
        Unbound.Run(() => _toServer.Writer.FlushAsync().AsTask());
    }

    /// <summary>Sends, and throws away what is answered, with nothing allocated here.</summary>
    internal void Exchange(ReadOnlySpan<byte> bytes)
    {
        _toServer.Writer.Write(bytes);
        ValueTask<FlushResult> flush = _toServer.Writer.FlushAsync();
        Assert.True(flush.IsCompletedSuccessfully);
        Assert.True(_toClient.Reader.TryRead(out ReadResult result));
        _toClient.Reader.AdvanceTo(result.Buffer.End);
    }

    /// <summary>Sends, and waits while the server does not take it.</summary>
    internal Task SendAllAsync(byte[] bytes)
    {
        Task? sending = null;
        Unbound.Run(() => sending = _toServer.Writer.WriteAsync(bytes).AsTask());
        return sending!;
    }

    /// <summary>The client ends its side, and goes on reading.</summary>
    internal void End() => Unbound.Run(() =>
    {
        _toServer.Writer.Complete();
        _closed.Cancel();
    });

    /// <summary>The client is gone.</summary>
    internal void Reset() => Unbound.Run(() => Cut(new ConnectionResetException("The client has reset the connection.")));

    /// <summary>The test is done with it: both of the client's sides are ended, whatever became of the server's.</summary>
    internal void Close()
    {
        ReadNow();
        _toServer.Writer.Complete();
        _toClient.Reader.Complete();
    }

    /// <summary>Reads as many bytes, or up to the end.</summary>
    internal async Task<string> ReadAsync(int count)
    {
        await _reading.WaitAsync();
        try
        {
            while (_kept.Count < count && !_readerDone)
            {
                ReadResult result = await _toClient.Reader.ReadAsync().AsTask().Within($"{count} bytes of the server after '{Text(_kept)}'");
                Keep(result);
            }

            List<byte> taken = _kept.GetRange(0, Math.Min(count, _kept.Count));
            _kept.RemoveRange(0, taken.Count);
            return Text(taken);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Reads up to the end.</summary>
    internal Task<string> ReadToEndAsync() => ReadAsync(int.MaxValue);

    /// <summary>Reads as much as is expected, and compares.</summary>
    internal async Task ExpectAsync(string expected) => Assert.Equal(expected, await ReadAsync(expected.Length));

    /// <summary>What can be read without a wait.</summary>
    internal string ReadNow()
    {
        while (!_readerDone && _toClient.Reader.TryRead(out ReadResult result))
        {
            Keep(result);
        }

        string text = Text(_kept);
        _kept.Clear();
        return text;
    }

    private static string Text(List<byte> bytes) => Encoding.Latin1.GetString([.. bytes]);

    private void Keep(in ReadResult result)
    {
        Copy(result);
        _toClient.Reader.AdvanceTo(result.Buffer.End);
        if (result.IsCompleted || result.IsCanceled)
        {
            _readerDone = true;
            _toClient.Reader.Complete();

            // The server has closed, and all that it sent is here.
            _sent.TrySetResult();
            _closed.Cancel();
        }
    }

    private void Copy(in ReadResult result)
    {
        foreach (ReadOnlyMemory<byte> part in result.Buffer)
        {
            _kept.AddRange(part.Span);
        }
    }

    private void Cut(Exception reason)
    {
        _toServer.Writer.Complete(reason);
        _toClient.Reader.CancelPendingRead();
        if (_reading.Wait(0))
        {
            // Nobody reads: what came before the cut is kept, and not read, or a writer that waits would go on.
            if (!_readerDone && _toClient.Reader.TryRead(out ReadResult result))
            {
                Copy(result);
            }

            _readerDone = true;
            _toClient.Reader.Complete();
            _reading.Release();
        }

        _sent.TrySetResult();
        _closed.Cancel();
    }
}
