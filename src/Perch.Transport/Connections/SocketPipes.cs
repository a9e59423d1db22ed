using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Perch.Transport.Interop;
using Perch.Transport.Loops;
using Perch.Transport.Sockets;

namespace Perch.Transport.Connections;

/// <summary>
/// A connected socket as two pipes. Nothing is read before it is asked for, and nothing is held that the kernel takes: its buffers are the
/// back-pressure in both directions.
/// </summary>
internal sealed unsafe class SocketPipes : LoopSocket, IDuplexPipe
{
    private readonly ISocketOwner _owner;
    private readonly SocketReader _reader;
    private readonly SocketWriter _writer;
    private Exception? _fault;
    private LentSocket? _lent;

    internal SocketPipes(int descriptor, ISocketOwner owner, bool runsInline, bool isShared)
        : base(descriptor, isShared)
    {
        _owner = owner;
        RunsInline = runsInline;
        _reader = new SocketReader(this);
        _writer = new SocketWriter(this);
    }

    public PipeReader Input => _reader;

    public PipeWriter Output => _writer;

    /// <summary>Whether what waits goes on on the loop's thread.</summary>
    internal bool RunsInline { get; }

    /// <summary>Why the connection is lost; null while it is not.</summary>
    internal Exception? Fault => Volatile.Read(ref _fault);

    /// <summary>Puts the socket on a loop.</summary>
    internal void Start(EventLoop loop) => loop.Add(this, EpollEvents.In | EpollEvents.Out | EpollEvents.PeerClosed);

    internal override void OnReady(EpollEvents events)
    {
        const EpollEvents Gone = EpollEvents.HangUp | EpollEvents.Error;
        bool isGone = (events & Gone) != 0;
        bool isEnding = isGone || (events & EpollEvents.PeerClosed) != 0;
        bool goesOn = (isEnding || (events & EpollEvents.In) != 0) && _reader.TryClaim(isEnding);
        if (isGone || (events & EpollEvents.Out) != 0)
        {
            // Not where there is more to be done here: an app that gets the thread may keep it until that has been.
            _writer.OnReady(isInline: RunsInline && !goesOn && !isEnding);
        }

        if (isEnding)
        {
            OnEnding(isGone, goesOn);
        }

        if (goesOn)
        {
            _reader.GoOn(isInline: RunsInline);
        }
    }

    /// <summary>The connection has ended, or the peer has closed its side, and everything that it sent has been read.</summary>
    internal void OnEnd() => _owner.OnClosed();

    /// <summary>A call has failed: the connection is lost, and those who wait get an exception.</summary>
    internal void Lose(int error)
    {
        Exception fault = error is Errno.ECONNRESET or Errno.EPIPE
            ? new ConnectionResetException("The peer has reset the connection.")
            : new IOException($"The connection is lost: {Marshal.GetPInvokeErrorMessage(error)}.");
        if (TrySetFault(fault))
        {
            _reader.Fail();
            _writer.Fail();
            _owner.OnLost(fault.Message);
        }
    }

    /// <summary>A side has failed: the peer is not to take what it has for the whole.</summary>
    internal void AbortConnection(string message, Exception reason) =>
        _owner.Abort(reason as ConnectionAbortedException ?? new ConnectionAbortedException(message, reason));

    /// <summary>Cuts the connection: the peer gets a reset, those who wait an exception.</summary>
    internal void Abort(Exception reason)
    {
        if (!TrySetFault(reason))
        {
            return;
        }

        if (TryUse(out int descriptor))
        {
            try
            {
                // socket(7): closed with a linger of nothing, it is reset, and what was not sent is dropped.
                long linger = 1;
                _ = LibC.SetSocketOption(descriptor, LibC.SolSocket, LibC.SoLinger, &linger, sizeof(long));
            }
            finally
            {
                Release();
            }
        }

        Close();
    }

    /// <summary>Closes the socket; those who wait get an exception.</summary>
    internal void Close()
    {
        TrySetFault(new ConnectionAbortedException("The connection was closed from this side."));
        CloseDescriptor();
        TakeBack();
        _reader.Fail();
        _writer.Fail();
    }

    /// <summary>The socket as one of the platform's, for its options.</summary>
    /// <exception cref="ObjectDisposedException">The connection has ended.</exception>
    internal Socket Lend()
    {
        if (Volatile.Read(ref _lent) is { } known)
        {
            return known.Socket;
        }

        ObjectDisposedException.ThrowIf(!TryUse(out int descriptor), typeof(Socket));
        LentSocket lent;
        try
        {
            lent = new LentSocket(this, descriptor);
        }
        catch
        {
            Release();
            throw;
        }

        if (Interlocked.CompareExchange(ref _lent, lent, null) is { } other)
        {
            lent.Dispose();
            return other.Socket;
        }

        // Closed meanwhile: whoever closes takes back what it finds.
        if (IsClosed)
        {
            TakeBack();
        }

        return lent.Socket;
    }

    /// <summary>Completes both pipes, and waits until what was written is sent or the connection is lost.</summary>
    internal Task CompleteAsync()
    {
        _reader.Complete();
        _writer.Complete();
        return _writer.WhenSentAsync();
    }

    /// <summary>Throws away what was not read.</summary>
    internal void Discard() => _reader.Discard();

    /// <summary>Nothing more is sent: the peer is told.</summary>
    internal void EndOutput()
    {
        if (TryUse(out int descriptor))
        {
            _ = LibC.Shutdown(descriptor, LibC.ShutdownWrite);
            Release();
        }
    }

    /// <summary>Where the peer has connected to; the listener's own endpoint when that cannot be known any more.</summary>
    internal EndPoint LocalEndPoint(EndPoint listener)
    {
        if (!TryUse(out int descriptor))
        {
            return listener;
        }

        try
        {
            byte* address = stackalloc byte[PeerAddress.MaxSize];
            int length = PeerAddress.MaxSize;
            return listener is IPEndPoint && LibC.GetSocketName(descriptor, address, &length) == 0
                ? new PeerAddress(new ReadOnlySpan<byte>(address, length)).ToEndPoint()
                : listener;
        }
        finally
        {
            Release();
        }
    }

    internal void ThrowIfLost()
    {
        if (Fault is { } fault)
        {
            ExceptionDispatchInfo.Throw(fault);
        }
    }

    private void TakeBack() => Interlocked.Exchange(ref _lent, null)?.Dispose();

    private void OnEnding(bool isGone, bool goesOn)
    {
        Action<object> close = isGone ? static pipes => ((SocketPipes)pipes).OnEnd() : static pipes => ((SocketPipes)pipes).EndIfRead();

        // After the reader's app: a client that has sent a request and closed its side gets its answer from an app that has it at once.
        if (!goesOn || !EventLoop.TryDefer(close, this))
        {
            close(this);
        }
    }

    private void EndIfRead()
    {
        if (!HasUnread())
        {
            _reader.SetAtEnd();
            OnEnd();
        }
    }

    private bool TrySetFault(Exception fault) => Interlocked.CompareExchange(ref _fault, fault, null) is null;

    private bool HasUnread()
    {
        int bytes = 0;
        if (TryUse(out int descriptor))
        {
            _ = LibC.Control(descriptor, LibC.BytesReadable, &bytes);
            Release();
        }

        return bytes > 0;
    }
}
