using System.Text;

namespace Perch;

/// <summary>A message for the client: <c>websocket.send</c>.</summary>
public sealed class WebSocketSend : GatewayEvent
{
    /// <summary>Creates a binary message over memory that is not copied.</summary>
    public WebSocketSend(ReadOnlyMemory<byte> bytes) : this(bytes, isText: false) { }

    /// <summary>Creates a text message.</summary>
    /// <exception cref="ArgumentException">The text holds half a surrogate pair and so has no UTF-8 form (RFC 6455 §5.6).</exception>
    public WebSocketSend(string text) : this(EncodeText(text), isText: true) { }

    private WebSocketSend(ReadOnlyMemory<byte> data, bool isText) : base(EventKind.WebSocketSend)
    {
        Data = data;
        IsText = isText;
    }

    /// <summary>Whether the message is text.</summary>
    public bool IsText { get; private set; }

    /// <summary>The payload, text or binary: of a text message its UTF-8.</summary>
    public ReadOnlyMemory<byte> Data { get; private set; }

    /// <summary>The text of a text message; null for a binary message.</summary>
    public string? Text => IsText ? Encoding.UTF8.GetString(Data.Span) : null;

    /// <summary>The bytes of a binary message; null for a text message.</summary>
    public ReadOnlyMemory<byte>? Bytes => IsText ? (ReadOnlyMemory<byte>?)null : Data;

    /// <summary>Creates a text message over UTF-8 that is not copied: echoing received text needs no decoding.</summary>
    /// <exception cref="ArgumentException">The bytes are not UTF-8.</exception>
    public static WebSocketSend Utf8(ReadOnlyMemory<byte> text) => System.Text.Unicode.Utf8.IsValid(text.Span)
        ? new(text, isText: true)
        : throw new ArgumentException("The text of a WebSocket message must be valid UTF-8 (RFC 6455 §5.6).", nameof(text));

    /// <summary>
    /// The echo of a received message, text or binary, over the same memory; like the message, valid until the next <see cref="Receive"/>. Other
    /// messages never change; where the host reuses its events, an echo becomes the next message's together with the event that it was made of.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The next event has been received; noticed where the host does not reuse events.</exception>
    public static WebSocketSend Echo(WebSocketReceive message)
    {
        ArgumentNullException.ThrowIfNull(message);

        // Read first: it throws if it is too late.
        ReadOnlyMemory<byte> data = message.Data;
        return message.Echo ??= new(data, message.IsText);
    }

    /// <summary>For the message that this echoes, which is another one now.</summary>
    internal void Renew(ReadOnlyMemory<byte> data, bool isText)
    {
        Data = data;
        IsText = isText;
    }

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static byte[] EncodeText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return StrictUtf8.GetBytes(text);
    }
}
