using System.Threading.Tasks.Sources;
using Perch.Http.WebSockets.Framing;

namespace Perch.Http.WebSockets;

/// <summary>A frame that waits to be written, or to be taken by the client. It is used again when its waiter has seen the result.</summary>
internal sealed class PendingSend(WebSocketSession session) : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _core;

    internal Opcode Opcode { get; private set; }

    /// <summary>The payload, as the app gave it.</summary>
    internal ReadOnlyMemory<byte> Payload { get; private set; }

    /// <summary>The one after it in its <see cref="PendingSends"/>.</summary>
    internal PendingSend? Next { get; set; }

    internal ValueTask Begin(Opcode opcode, ReadOnlyMemory<byte> payload)
    {
        Opcode = opcode;
        Payload = payload;
        _core.Reset();
        return new ValueTask(this, _core.Version);
    }

    /// <summary>The client has taken it, or it lies in the pipe and there is room for more.</summary>
    /// <param name="isAlone">Whether nobody else waits for the thread that this is called on.</param>
    internal void Succeed(bool isAlone)
    {
        _core.RunContinuationsAsynchronously = !isAlone;
        _core.SetResult(true);
    }

    /// <summary>The client is gone.</summary>
    internal void Fail()
    {
        _core.RunContinuationsAsynchronously = true;
        _core.SetException(new ClientDisconnectedException());
    }

    public void GetResult(short token)
    {
        // Who asks too early, or with the token of an earlier send, gets an exception: it is not the waiter that this is given back by.
        bool hasEnded = _core.GetStatus(token) != ValueTaskSourceStatus.Pending;
        try
        {
            _core.GetResult(token);
        }
        finally
        {
            if (hasEnded)
            {
                Payload = default;
                session.Reuse(this);
            }
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
