using System.Net.WebSockets;
using Perch.Messages;

namespace Perch.AspNetCore.WebSockets;

/// <summary>From the app to the client. Sends that overlap keep their order, each message whole.</summary>
internal sealed partial class SystemSession
{
    private readonly SemaphoreSlim _sendLock = new(1, 1);
    private int? _closeSent;

    public async ValueTask SendAsync(WebSocketSend message)
    {
        await _sendLock.WaitAsync();
        try
        {
            if (socket.State == WebSocketState.Open)
            {
                WebSocketMessageType type = message.IsText ? WebSocketMessageType.Text : WebSocketMessageType.Binary;
                await socket.SendAsync(message.Data, type, endOfMessage: true, CancellationToken.None);
            }

            // Kestrel takes bytes for a client that is gone without a word: an app that only sends would never end.
            if (socket.State != WebSocketState.Open || clientGone.IsCancellationRequested)
            {
                SetDisconnect(_closeSent ?? CloseCodes.Lost);
                throw new ClientDisconnectedException();
            }
        }
        catch (Exception exception) when (IsOfTheConnection(exception) && exception is not ClientDisconnectedException)
        {
            SetDisconnect(CloseCodes.Lost);
            throw new ClientDisconnectedException("The client has disconnected.", exception);
        }
        finally
        {
            _sendLock.Release();
        }
    }

    public async ValueTask CloseAsync(int code, string reason = "")
    {
        using var timeout = new CancellationTokenSource(options.CloseTimeout);
        try
        {
            // A client that does not read holds a send() up, and with it the lock.
            await _sendLock.WaitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            socket.Abort();
            return;
        }

        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                _closeSent ??= code;
                await socket.CloseOutputAsync((WebSocketCloseStatus)code, code == CloseCodes.None ? null : reason, timeout.Token);

                // The app may wait in receive() for the answer: the time-out is not to wait for the app.
                _ = WaitUntilOverAsync();
            }
        }
        catch (Exception exception) when (IsOfTheConnection(exception))
        {
            // The connection is gone: there is nobody to tell.
            SetDisconnect(CloseCodes.Lost);
        }
        finally
        {
            _sendLock.Release();
        }
    }
}
