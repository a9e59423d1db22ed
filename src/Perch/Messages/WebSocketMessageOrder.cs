using System.Text;

namespace Perch.Messages;

/// <summary>
/// The order of the messages of one WebSocket. A message that is refused changes nothing: the app may go on as if it had not been sent.
/// </summary>
internal sealed class WebSocketMessageOrder(OfferedExtensions offered, IReadOnlyList<string> subprotocols)
{
    // The states, in the order of the table's rows.
    private const byte Connecting = 0;
    private const byte Open = 1;
    private const byte Denying = 2;
    private const byte DenyingStreaming = 3;
    private const byte Closed = 4;
    private const byte X = MessageTable.Refused;

    /// <summary>The table. ASGI WebSocket 2.5, and the extension "WebSocket Denial Response".</summary>
    internal static readonly MessageTable Table = new(
        "websocket",
        ["connecting", "open", "denying", "denying, streaming", "closed"],
        [
            "websocket.accept", "websocket.send", "websocket.close", "websocket.http.response.start",
            "websocket.http.response.body (more_body)", "websocket.http.response.body",
        ],
        [
            //                   accept  send  close   denial start  denial body+       denial body
            /* connecting */     Open,   X,    Closed, Denying,      X,                 X,
            /* open       */     X,      Open, Closed, X,            X,                 X,
            /* denying    */     X,      X,    X,      X,            DenyingStreaming,  Closed,
            /* streaming  */     X,      X,    X,      X,            DenyingStreaming,  Closed,
            /* closed     */     X,      X,    X,      X,            X,                 X,
        ]);

    private long _sent;
    private byte _state;

    /// <summary>The head of the denial response, once it has been sent by the app.</summary>
    internal ResponseHead? DenialHead { get; private set; }

    /// <summary>The length of the denial's body to declare on the wire, if it is known by the first body event.</summary>
    internal long? FramedLength { get; private set; }

    /// <summary>The app has not answered the handshake yet.</summary>
    internal bool IsConnecting => _state == Connecting;

    /// <summary>The app has accepted and not closed.</summary>
    internal bool IsOpen => _state == Open;

    /// <summary>The app is sending a denial response: it has started it and not ended it.</summary>
    internal bool IsDenying => _state is Denying or DenyingStreaming;

    /// <summary>Part of the denial's body has been sent.</summary>
    internal bool HasDenialBody => _state == DenyingStreaming;

    /// <summary>The app has closed, or its denial is whole.</summary>
    internal bool IsClosed => _state == Closed;

    /// <summary>The name of the state, for logs and errors.</summary>
    internal string StateName => Table.States[_state];

    /// <summary>Takes a message, or refuses it.</summary>
    /// <exception cref="GatewayProtocolException">The message is refused.</exception>
    internal void Accept(GatewayEvent message)
    {
        byte column = message switch
        {
            WebSocketSend => 1,
            WebSocketAccept => 0,
            WebSocketClose => 2,
            WebSocketHttpResponseStart => 3,
            WebSocketHttpResponseBody { MoreBody: true } => 4,
            WebSocketHttpResponseBody => 5,
            _ => throw Table.NotAMessage(message),
        };

        byte next = Table.Next(_state, column);
        if (next == X)
        {
            throw Table.OutOfOrder(_state, column);
        }

        switch (message)
        {
            case WebSocketAccept accept:
                CheckAccept(accept);
                break;
            case WebSocketClose close:
                CheckClose(close);
                break;
            case WebSocketHttpResponseStart start:
                if ((offered & OfferedExtensions.DenialResponse) == 0)
                {
                    throw new GatewayProtocolException(
                        $"{start.Type}: the extension {ExtensionNames.DenialResponse} is not offered here; look in scope.Extensions first.");
                }

                start.Head.Check(EventKind.WebSocketHttpResponseStart);
                DenialHead = start.Head;
                break;
            case WebSocketHttpResponseBody body:
                CountBody(body);
                break;
        }

        _state = next;
    }

    private void CheckAccept(WebSocketAccept accept)
    {
        // RFC 6455 §4.2.2: the server's choice is one of the client's, or the client fails the connection.
        if (accept.Subprotocol is { } chosen && !subprotocols.Contains(chosen, StringComparer.Ordinal))
        {
            throw new GatewayProtocolException(
                $"websocket.accept: the subprotocol '{chosen}' was not offered; the client offers: {(subprotocols.Count == 0 ? "none" : string.Join(", ", subprotocols))}.");
        }

        HeaderRules.CheckAll(accept.Headers, "websocket.accept");
        foreach (Header header in accept.Headers)
        {
            ReadOnlySpan<byte> name = header.Name.Span;
            bool isHandshake = name.Length > 14 && HeaderRules.Is(name[..14], "sec-websocket-"u8);
            if (isHandshake || HeaderRules.IsConnectionSpecific(name) || HeaderRules.Is(name, "content-length"u8))
            {
                throw new GatewayProtocolException($"websocket.accept: the header '{header.NameText}' is the server's in a handshake.");
            }
        }
    }

    private static void CheckClose(WebSocketClose close)
    {
        if (!CloseCodes.MayBeSent(close.Code))
        {
            throw new GatewayProtocolException($"websocket.close: the code {close.Code} cannot be sent (RFC 6455 §7.4).");
        }

        // RFC 6455 §5.5: a control frame has at most 125 bytes, two of them the code.
        if (Encoding.UTF8.GetByteCount(close.Reason) > 123)
        {
            throw new GatewayProtocolException("websocket.close: the reason is longer than 123 bytes of UTF-8 (RFC 6455 §5.5).");
        }
    }

    private void CountBody(WebSocketHttpResponseBody body)
    {
        if (DenialHead!.StatusForbidsBody)
        {
            return;
        }

        long sent = _sent + body.Body.Length;
        if (DenialHead.ContentLength is { } declared && (sent > declared || (!body.MoreBody && sent < declared)))
        {
            throw new GatewayProtocolException(
                $"The body of the denial response does not have the declared content-length: {sent} bytes of {declared}.");
        }

        _sent = sent;
        if (_state == Denying)
        {
            FramedLength = DenialHead.ContentLength ?? (body.MoreBody ? null : sent);
        }
    }
}
