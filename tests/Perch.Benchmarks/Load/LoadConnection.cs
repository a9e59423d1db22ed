using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Perch.Benchmarks.Load;

/// <summary>A client's connection that does not block: a batch of requests out, their answers in, the next batch.</summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly ReadOnlyMemory<byte> _request;
    private readonly ReadOnlyMemory<byte> _requests;
    private readonly ResponseReader _reader;
    private ReadOnlyMemory<byte> _unsent;
    private int _kept;
    private long _sentAt;

    internal LoadConnection(IPEndPoint server, ReadOnlyMemory<byte> request, int depth, ExpectedResponse expected)
    {
        _request = request;
        byte[] requests = new byte[request.Length * depth];
        for (int i = 0; i < depth; i++)
        {
            request.CopyTo(requests.AsMemory(i * request.Length));
        }

        _requests = requests;
        _reader = new ResponseReader(expected);
        Socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Socket.Connect(server);
        Socket.Blocking = false;
    }

    internal Socket Socket { get; }

    /// <summary>How many answers are still to come.</summary>
    internal int InFlight { get; private set; }

    /// <summary>Whether part of the requests is still here because the server reads more slowly.</summary>
    internal bool HasUnsent => !_unsent.IsEmpty;

    /// <summary>Sends the next requests; all of the last ones have been answered.</summary>
    internal void Begin(int count)
    {
        InFlight = count;
        _unsent = _requests[..(count * _request.Length)];
        _sentAt = Stopwatch.GetTimestamp();
        SendOn();
    }

    /// <summary>Sends what the socket takes now.</summary>
    internal void SendOn()
    {
        while (HasUnsent)
        {
            int sent = Socket.Send(_unsent.Span, SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock)
            {
                return;
            }

            if (error != SocketError.Success)
            {
                throw new WrongResponseException($"The server broke the connection while requests were sent ({error}).");
            }

            _unsent = _unsent[sent..];
        }
    }

    /// <summary>Reads what has come, once: there may be more.</summary>
    /// <returns>How many responses ended in it.</returns>
    internal int Receive(LatencyHistogram latencies)
    {
        int received = Socket.Receive(_buffer.AsSpan(_kept), SocketFlags.None, out SocketError error);
        if (error == SocketError.WouldBlock)
        {
            return 0;
        }

        if (error != SocketError.Success || received == 0)
        {
            throw new WrongResponseException($"The server closed the connection ({InFlight} answers were to come; {error}).");
        }

        int length = _kept + received;
        int consumed = _reader.Read(_buffer.AsSpan(0, length), out int completed);
        _kept = length - consumed;
        if (consumed > 0 && _kept > 0)
        {
            _buffer.AsSpan(consumed, _kept).CopyTo(_buffer);
        }

        if (completed > 0)
        {
            Complete(completed, latencies);
        }

        return completed;
    }

    private void Complete(int completed, LatencyHistogram latencies)
    {
        InFlight -= completed;
        if (InFlight < 0 || (InFlight == 0 && _kept > 0))
        {
            throw new WrongResponseException("The server sent more than it was asked for.");
        }

        latencies.Record(Stopwatch.GetTimestamp() - _sentAt, completed);
    }

    public void Dispose() => Socket.Dispose();
}
