using System.Buffers;
using System.Net.WebSockets;
using Perch.Messages;

namespace Perch.AspNetCore.WebSockets;

/// <summary>From the client to the app.</summary>
internal sealed partial class SystemSession
{
    /// <summary>What an idle connection holds; larger messages rent more for as long as they need it.</summary>
    private const int SmallBuffer = 4096;

    /// <summary>The largest buffer that a connection keeps between messages.</summary>
    private const int LargestKept = 64 * 1024;

    private WebSocketReceive _message = new(default, isText: false);
    private byte[] _buffer = [];
    private bool _receiving;
    private bool _isFailed;

    public async ValueTask<GatewayEvent> ReceiveAsync()
    {
        if (_receiving)
        {
            throw new GatewayProtocolException("receive() was called while another call of it waits.");
        }

        if (_disconnect is { } known)
        {
            return known;
        }

        _receiving = true;
        try
        {
            return await ReceiveMessageAsync();
        }
        finally
        {
            _receiving = false;
        }
    }

    private async ValueTask<GatewayEvent> ReceiveMessageAsync()
    {
        RetireMessage();
        if (_buffer.Length > LargestKept)
        {
            // What a large message took is not kept for the small ones that follow.
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }

        if (_buffer.Length == 0)
        {
            _buffer = ArrayPool<byte>.Shared.Rent(SmallBuffer);
        }

        int length = 0;
        try
        {
            while (true)
            {
                // One byte above the limit at most: the receive ends only when this is full, however long the client takes to fill it.
                int room = (int)Math.Min(_buffer.Length, options.MaxMessageSize + 1) - length;
                ValueWebSocketReceiveResult part = await socket.ReceiveAsync(_buffer.AsMemory(length, room), CancellationToken.None);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return await OnCloseAsync();
                }

                length += part.Count;
                if (length > options.MaxMessageSize)
                {
                    return await OnTooLargeAsync();
                }

                if (part.EndOfMessage)
                {
                    return HandOut(length, part.MessageType == WebSocketMessageType.Text);
                }

                if (length == _buffer.Length)
                {
                    Grow(length);
                }
            }
        }
        catch (Exception exception) when (IsOfTheConnection(exception))
        {
            // RFC 6455 §7.1.5: no close frame came, the code is 1006; unless the close is our own.
            _isFailed = exception is WebSocketException { WebSocketErrorCode: WebSocketError.Faulted };
            _over.TrySetResult();
            return SetDisconnect(_closeSent ?? CloseCodes.Lost);
        }
    }

    private WebSocketReceive HandOut(int length, bool isText)
    {
        if (reusesEvents)
        {
            _message.Renew(_buffer.AsMemory(0, length), isText);
            return _message;
        }

        return _message = new WebSocketReceive(_buffer.AsMemory(0, length), isText);
    }

    /// <summary>RFC 6455 §5.5.1: a close is answered with a close. The client's code is the app's to know, unless it answers ours.</summary>
    private async ValueTask<GatewayEvent> OnCloseAsync()
    {
        int code = (int?)socket.CloseStatus ?? CloseCodes.None;
        GatewayEvent disconnect = _closeSent is { } own ? SetDisconnect(own) : SetDisconnect(code, socket.CloseStatusDescription ?? "");
        await CloseAsync(code);
        _over.TrySetResult();
        return disconnect;
    }

    private async ValueTask<GatewayEvent> OnTooLargeAsync()
    {
        // RFC 6455 §7.4.1.
        await CloseAsync(CloseCodes.TooBig);
        return SetDisconnect(CloseCodes.TooBig);
    }

    /// <summary>The memory of the last event is the host's again.</summary>
    private void RetireMessage()
    {
        if (!reusesEvents)
        {
            _message.Retire();
        }
    }

    private void Grow(int length)
    {
        long wanted = Math.Min(Math.Max(length * 2L, SmallBuffer), options.MaxMessageSize + 1);
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(wanted, Array.MaxLength));
        _buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private void ReturnBuffer()
    {
        if (_buffer.Length > 0 && !_receiving)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    /// <summary>
    /// RFC 6455 §7.1.1: the side that closed waits for the other's close frame, so that what it sent last is not lost with a reset. What
    /// still comes is thrown away; the wait is bounded.
    /// </summary>
    private async Task WaitForCloseAsync()
    {
        if (_receiving)
        {
            // The app left a receive() behind, which reads until the end.
            await WaitUntilOverAsync();
            return;
        }

        using var timeout = new CancellationTokenSource(options.CloseTimeout);
        try
        {
            byte[] rest = new byte[512];
            while (socket.State == WebSocketState.CloseSent)
            {
                await socket.ReceiveAsync(rest.AsMemory(), timeout.Token);
            }
        }
        catch (Exception exception) when (IsOfTheConnection(exception))
        {
            socket.Abort();
        }
        finally
        {
            _over.TrySetResult();
        }
    }

    /// <summary>
    /// RFC 6455 §7.1.7: what the client sent is no WebSocket's (1002, 1007), and .NET's has told it so. Were the socket disposed of at once,
    /// the connection would be reset before the client could read that; so the client may go first.
    /// </summary>
    private Task WaitForLeaveAsync() => _isFailed
        ? Task.Delay(options.CloseTimeout, clientGone).ContinueWith(
            static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default)
        : Task.CompletedTask;

    private async Task WaitUntilOverAsync()
    {
        try
        {
            await _over.Task.WaitAsync(options.CloseTimeout);
        }
        catch (TimeoutException)
        {
            socket.Abort();
        }
    }
}
