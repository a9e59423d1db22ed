using System.Text;

namespace Perch;

/// <summary>A message from the client, its fragments joined: <c>websocket.receive</c>.</summary>
public sealed class WebSocketReceive : GatewayEvent
{
    private ReadOnlyMemory<byte> _data;
    private string? _text;
    private bool _retired;

    /// <summary>Creates the event over memory that is not copied.</summary>
    /// <param name="data">The payload; of a text message its UTF-8, already validated.</param>
    /// <param name="isText">Whether the message is text.</param>
    public WebSocketReceive(ReadOnlyMemory<byte> data, bool isText) : base(EventKind.WebSocketReceive)
    {
        _data = data;
        IsText = isText;
    }

    /// <summary>Creates the event of a text message.</summary>
    public WebSocketReceive(string text) : base(EventKind.WebSocketReceive)
    {
        ArgumentNullException.ThrowIfNull(text);
        _text = text;
        _data = Encoding.UTF8.GetBytes(text);
        IsText = true;
    }

    /// <summary>Whether the message is text.</summary>
    public bool IsText { get; private set; }

    /// <summary>The text of a text message, decoded when first asked for; null for a binary message.</summary>
    public string? Text => IsText ? _text ??= Encoding.UTF8.GetString(Data.Span) : null;

    /// <summary>The bytes of a binary message; null for a text message. Valid until the next <see cref="Receive"/>.</summary>
    public ReadOnlyMemory<byte>? Bytes => IsText ? (ReadOnlyMemory<byte>?)null : Data;

    /// <summary>The payload as it came, text or binary: of a text message its UTF-8. Valid until the next <see cref="Receive"/>.</summary>
    /// <exception cref="ObjectDisposedException">The next event has been received; noticed where the host does not reuse events.</exception>
    public ReadOnlyMemory<byte> Data
    {
        get
        {
            if (_retired)
            {
                throw new ObjectDisposedException(
                    nameof(WebSocketReceive), "The memory of a websocket.receive event is valid until the next receive(): copy what is to be kept.");
            }

            return _data;
        }
    }

    /// <summary>The event that echoes this one, if there is one.</summary>
    internal WebSocketSend? Echo { get; set; }

    /// <summary>For the host that owns this instance: the next message.</summary>
    internal void Renew(ReadOnlyMemory<byte> data, bool isText)
    {
        Echo?.Renew(data, isText);
        _data = data;
        _text = null;
        IsText = isText;
    }

    /// <summary>For a host that does not reuse events: the memory is the host's again.</summary>
    internal void Retire()
    {
        _retired = true;
        _data = default;
        Echo = null;
    }
}
