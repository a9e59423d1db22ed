using System.Net.Sockets;
using System.Text;

namespace Perch.Benchmarks.Load;

/// <summary>
/// Messages of a WebSocket that come back as they are. Their frames are masked beforehand, with keys that differ (RFC 6455 §5.3).
/// </summary>
internal sealed class WebSocketDialogue : Dialogue
{
    private const int Variants = 4;
    private const int MaxHead = 4 * 1024;

    private static readonly byte[] Handshake = Encoding.ASCII.GetBytes(
        "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");

    private readonly ReadOnlyMemory<byte> _message;

    internal WebSocketDialogue(ReadOnlyMemory<byte> message)
    {
        _message = message;
        Requests = [.. Enumerable.Range(1, Variants).Select(variant => (ReadOnlyMemory<byte>)ClientFrame.Binary(message.Span, (uint)variant * 0x9E3779B9))];
    }

    internal override IReadOnlyList<ReadOnlyMemory<byte>> Requests { get; }

    internal override string Unit => "msg";

    internal override void Open(Socket socket)
    {
        socket.Send(Handshake);
        byte[] head = new byte[MaxHead];
        int length = 0;
        while (!head.AsSpan(0, length).EndsWith("\r\n\r\n"u8))
        {
            int received = length < MaxHead ? socket.Receive(head.AsSpan(length)) : 0;
            if (received == 0)
            {
                throw new WrongResponseException($"The handshake has no end: {Encoding.Latin1.GetString(head, 0, length)}");
            }

            length += received;
        }

        if (!head.AsSpan(0, length).StartsWith("HTTP/1.1 101 "u8))
        {
            throw new WrongResponseException($"The server does not upgrade: {Encoding.Latin1.GetString(head, 0, length)}");
        }
    }

    internal override AnswerReader NewReader(int first) => new EchoReader(_message);
}
