using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Perch.Benchmarks.Load;

/// <summary>A client's connection that does not block: a batch of requests out, their answers in, the next batch.</summary>
internal sealed class LoadConnection : IDisposable
{
    private readonly RequestTape _tape;
    private readonly AnswerReader _reader;
    private ReadOnlyMemory<byte> _unsent;
    private byte[] _kept = [];
    private int _keptLength;
    private int _next;
    private long _sentAt;

    /// <summary>Connects, and comes to the point where the first request may be sent.</summary>
    /// <param name="server">The server.</param>
    /// <param name="dialogue">What is said.</param>
    /// <param name="tape">The dialogue's requests.</param>
    /// <param name="index">Which of the connections it is: they begin at different requests, and have addresses enough.</param>
    internal LoadConnection(IPEndPoint server, Dialogue dialogue, RequestTape tape, int index)
    {
        _tape = tape;
        _next = index % tape.Count;
        _reader = dialogue.NewReader(_next);
        Socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            SourceAddress.Bind(Socket, index);
            Socket.Connect(server);
            dialogue.Open(Socket);
            Socket.Blocking = false;
        }
        catch
        {
            Socket.Dispose();
            throw;
        }
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
        _unsent = _tape.Batch(_next, count);
        _next = (_next + count) % _tape.Count;
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
    /// <param name="buffer">Room for it; what it holds does not outlive the call.</param>
    /// <param name="latencies">Gets the latency of each answer.</param>
    /// <returns>How many answers ended in it.</returns>
    internal int Receive(byte[] buffer, LatencyHistogram latencies)
    {
        int received = Socket.Receive(buffer.AsSpan(_keptLength), SocketFlags.None, out SocketError error);
        if (error == SocketError.WouldBlock)
        {
            return 0;
        }

        if (error != SocketError.Success || received == 0)
        {
            throw new WrongResponseException($"The server closed the connection ({InFlight} answers were to come; {error}).");
        }

        _kept.AsSpan(0, _keptLength).CopyTo(buffer);
        ReadOnlySpan<byte> data = buffer.AsSpan(0, _keptLength + received);
        int consumed = _reader.Read(data, out int completed);
        Keep(data[consumed..]);
        if (completed > 0)
        {
            Complete(completed, latencies);
        }

        return completed;
    }

    /// <summary>Half a head, or half a line: mostly nothing.</summary>
    private void Keep(ReadOnlySpan<byte> rest)
    {
        if (_kept.Length < rest.Length)
        {
            _kept = new byte[rest.Length];
        }

        rest.CopyTo(_kept);
        _keptLength = rest.Length;
    }

    private void Complete(int completed, LatencyHistogram latencies)
    {
        InFlight -= completed;
        if (InFlight < 0 || (InFlight == 0 && _keptLength > 0))
        {
            throw new WrongResponseException("The server sent more than it was asked for.");
        }

        latencies.Record(Stopwatch.GetTimestamp() - _sentAt, completed);
    }

    public void Dispose() => Socket.Dispose();
}
