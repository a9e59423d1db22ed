using System.Buffers;
using System.Text;
using Perch.Http.Parsing;
using Perch.Http.WebSockets.Exchange;
using Perch.Http.WebSockets.Handshake;

namespace Perch.Http.Engine;

/// <summary>A request that asks for a WebSocket: the last of its connection, whatever the answer.</summary>
internal sealed partial class Http1Engine
{
    private bool _isWebSocket;
    private bool _isUpgraded;
    private HandshakeAnswer? _handshake;

    /// <summary>
    /// RFC 9110 §7.8: an upgrade is asked for by <c>Upgrade</c> and by <c>Connection</c> together. To anything but a WebSocket it is ignored,
    /// and in HTTP/1.0 it must be.
    /// </summary>
    private bool AsksForWebSocket =>
        _head.Has(HeadFacts.WebSocket) && _head.Has(HeadFacts.ConnectionUpgrade) && !_head.Has(HeadFacts.Http10)
        && _options.WebSocketEngine == WebSocketEngineKind.Perch;

    /// <summary>The exchange with the app; it answers by <see cref="WriteUpgrade"/> or <see cref="WriteDenial"/>.</summary>
    internal WebSocketExchange OpenWebSocket(IWebSocketHost host) => Source.OpenWebSocket(host);

    /// <summary>RFC 6455 §4.2.2.</summary>
    /// <returns>What was agreed on.</returns>
    internal HandshakeAnswer WriteUpgrade(WebSocketAccept accept, IBufferWriter<byte> output)
    {
        HandshakeAnswer answer = _handshake!;
        ResponseWriter.StatusLine(ref output, 101);
        ResponseWriter.Field(ref output, "connection"u8, "Upgrade"u8);
        ResponseWriter.Field(ref output, "upgrade"u8, "websocket"u8);
        WriteField("sec-websocket-accept"u8, answer.AcceptKey!, output);
        if (accept.Subprotocol is { } subprotocol)
        {
            WriteField("sec-websocket-protocol"u8, subprotocol, output);
        }

        if (answer.Extensions is { } extensions)
        {
            WriteField("sec-websocket-extensions"u8, extensions, output);
        }

        if (_options.DateHeader && !accept.Headers.Contains("date"))
        {
            ResponseWriter.Date(ref output, _date);
        }

        if (_options.ServerHeader && !accept.Headers.Contains("server"))
        {
            ResponseWriter.Field(ref output, "server"u8, "perch"u8);
        }

        foreach (Header header in accept.Headers)
        {
            ResponseWriter.Field(ref output, header.Name.Span, header.Value.Span);
        }

        ResponseWriter.EndOfHead(ref output);
        _headWritten = true;
        _isUpgraded = true;
        return answer;
    }

    /// <summary>ASGI, "WebSocket Denial Response": an ordinary response. It is the connection's last: what follows the request may be frames.</summary>
    internal void WriteDenial(ResponseHead head, ReadOnlyMemory<byte> body, bool moreBody, IBufferWriter<byte> output)
    {
        if (!Order.HasStarted)
        {
            Write(new HttpResponseStart(head.Status, head.Headers), output);
        }

        Write(new HttpResponseBody(body, moreBody), output);
    }

    private EngineRead BeginWebSocket()
    {
        _isWebSocket = true;
        _isDone = true;
        RejectReason fault = HandshakeRules.CheckUpgrade(
            isGet: _head.Method == KnownMethod.Get, _head.HasBody, Source.Headers, _options.WebSockets, out _handshake);
        if (fault != RejectReason.None)
        {
            return Reject(fault);
        }

        // It may stay for days, most of them idle: its head is kept in no more memory than it needs.
        Source.Begin(_storage.Bytes.ToArray(), _head, _storage.Fields[.._head.FieldCount]);
        _storage.Return();
        return EngineRead.WebSocket;
    }

    private static void WriteField(ReadOnlySpan<byte> name, string value, IBufferWriter<byte> output) =>
        ResponseWriter.Field(ref output, name, Encoding.Latin1.GetBytes(value));
}
