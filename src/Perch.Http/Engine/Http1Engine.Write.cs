using System.Buffers;
using System.Text;
using Perch.Http.Parsing;
using Perch.Http.WebSockets.Handshake;

namespace Perch.Http.Engine;

/// <summary>From the app's messages to bytes.</summary>
internal sealed partial class Http1Engine
{
    /// <summary>An upper bound of what is added to a head: date, server, length or coding, connection, the empty line, a chunk's size.</summary>
    private const int AddedToHead = 192;

    /// <summary>A body that is copied behind its head, so that both are one piece.</summary>
    private const int SmallBody = 2048;

    private bool _headWritten;
    private bool _keepAlive;
    private bool _isBodyChunked;
    private bool _lastChunkWritten;

    /// <summary>Bytes of the response's head have been written.</summary>
    internal bool HasHeadOut => _headWritten;

    /// <summary>Takes a message of the app, or refuses it. False if there is nothing to be sent yet.</summary>
    /// <exception cref="GatewayProtocolException">The message is refused.</exception>
    internal bool Write(GatewayEvent message, IBufferWriter<byte> output)
    {
        Order.Accept(message);
        switch (message)
        {
            case HttpResponseBody body:
                WriteBody(body.Body.Span, output);
                return true;
            case HttpFullResponse full:
                WriteBody(full.Body.Span, output);
                return true;
            case HttpResponseTrailers trailers:
                WriteTrailers(trailers, output);
                return true;
            case HttpResponseEarlyHint hint when !_headWritten:
                WriteEarlyHint(hint, output);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Writes a part of the body, after the head if it is the first; what it is, and whether it is the last, the order knows.</summary>
    internal void WriteBody(ReadOnlySpan<byte> body, IBufferWriter<byte> output)
    {
        if (Order.IsBodiless)
        {
            body = default;
        }

        if (!_headWritten)
        {
            WriteHead(ref body, output);
        }

        if (!_isBodyChunked)
        {
            ResponseWriter.Raw(ref output, body);
            return;
        }

        ResponseWriter.Chunk(ref output, body);
        if (Order.IsComplete)
        {
            ResponseWriter.EndOfChunks(ref output);
        }
    }

    /// <summary>Writes the head before a file's bytes, and the size line of the chunk that they become, where the body is chunked.</summary>
    internal void WriteFileStart(long length, IBufferWriter<byte> output)
    {
        if (!_headWritten)
        {
            ReadOnlySpan<byte> none = default;
            WriteHead(ref none, output);
        }

        if (_isBodyChunked && length > 0)
        {
            ResponseWriter.ChunkStart(ref output, length);
        }
    }

    /// <summary>Writes what follows a file's bytes.</summary>
    internal void WriteFileEnd(long length, IBufferWriter<byte> output)
    {
        if (_isBodyChunked && length > 0)
        {
            ResponseWriter.ChunkEnd(ref output);
        }

        if (_isBodyChunked && Order.IsComplete)
        {
            ResponseWriter.EndOfChunks(ref output);
        }
    }

    /// <summary>RFC 9110 §15.2.1.</summary>
    internal void WriteContinue(IBufferWriter<byte> output)
    {
        _bodyBegun = true;
        ResponseWriter.Continue(ref output);
    }

    /// <summary>Writes an answer of our own for the request that runs now.</summary>
    internal void WriteAnswer(int status, string text, IBufferWriter<byte> output)
    {
        DecideKeepAlive(closes: false);
        WriteText(status, text, isHead: _head.Method == KnownMethod.Head, output);
    }

    /// <summary>Writes the answer to input that is refused; the connection is closed after it.</summary>
    internal void WriteRefusal(RejectReason reason, IBufferWriter<byte> output)
    {
        _keepAlive = false;
        WriteText(reason.StatusCode(), reason.Text(), isHead: _head.Method == KnownMethod.Head, output, reason == RejectReason.HandshakeVersion);
    }

    private void BeginWrite()
    {
        _headWritten = false;
        _keepAlive = true;
        _isBodyChunked = false;
        _lastChunkWritten = false;
    }

    private void WriteHead(ref ReadOnlySpan<byte> body, IBufferWriter<byte> output)
    {
        WireHead head = WireHead.Of(Order.Head!);
        DecideFraming(head.Closes);
        bool takesBody = body.Length <= SmallBody && !_isBodyChunked;
        int size = head.Bytes.Length + AddedToHead + (takesBody ? body.Length : 0);
        if (size > 4096 - 64)
        {
            // More than a block of the transport's memory: in pieces.
            ResponseWriter.Raw(ref output, head.Bytes);
            takesBody = false;
            size = AddedToHead;
        }

        var writer = new SpanWriter(output.GetSpan(size));
        if (size != AddedToHead)
        {
            writer.Write(head.Bytes);
        }

        WriteAdded(ref writer, head);
        if (takesBody)
        {
            writer.Write(body);
            body = default;
        }

        output.Advance(writer.Written);
        _headWritten = true;
    }

    private void WriteAdded(ref SpanWriter writer, WireHead head)
    {
        if (_options.DateHeader && !head.HasDate)
        {
            writer.Write(_date.Bytes);
        }

        if (_options.ServerHeader && !head.HasServer)
        {
            writer.Write("server: perch\r\n"u8);
        }

        if (Order.FramedLength is { } length)
        {
            writer.Write("content-length: "u8);
            writer.Write(length);
            writer.Write("\r\n"u8);
        }
        else if (_isBodyChunked)
        {
            writer.Write("transfer-encoding: chunked\r\n"u8);
        }

        // RFC 9112 §9.3, §9.6.
        if (!_keepAlive)
        {
            writer.Write("connection: close\r\n"u8);
        }
        else if (_head.Has(HeadFacts.Http10))
        {
            writer.Write("connection: keep-alive\r\n"u8);
        }

        writer.Write("\r\n"u8);
    }

    /// <summary>RFC 9112 §6.3, §7.1: the length is declared, or the body is chunked, or, for HTTP/1.0, ended by the connection.</summary>
    private void DecideFraming(bool closes)
    {
        bool isUnknown = !Order.IsBodiless && Order.FramedLength is null;
        _isBodyChunked = isUnknown && !_head.Has(HeadFacts.Http10);
        DecideKeepAlive(closes || (isUnknown && !_isBodyChunked));
    }

    private void DecideKeepAlive(bool closes)
    {
        // A body that was not asked for may come or not (RFC 9110 §10.1.1); one that is too long is not read to its end.
        bool bodyIsSettled = IsBodyRead || (!OwesContinue && _bodyLeft <= _options.Limits.MaxDrainSize);
        _keepAlive = !closes && !IsLast && bodyIsSettled && _head.AllowsKeepAlive;
    }

    private void WriteTrailers(HttpResponseTrailers trailers, IBufferWriter<byte> output)
    {
        if (!_isBodyChunked)
        {
            return;
        }

        if (!_lastChunkWritten)
        {
            _lastChunkWritten = true;
            ResponseWriter.LastChunk(ref output);
        }

        // RFC 9110 §6.5.1: only to who said TE: trailers.
        if (_head.Has(HeadFacts.AcceptsTrailers))
        {
            foreach (Header trailer in trailers.Headers)
            {
                ResponseWriter.Field(ref output, trailer.Name.Span, trailer.Value.Span);
            }
        }

        if (Order.IsComplete)
        {
            ResponseWriter.EndOfHead(ref output);
        }
    }

    /// <summary>RFC 8297.</summary>
    private static void WriteEarlyHint(HttpResponseEarlyHint hint, IBufferWriter<byte> output)
    {
        ResponseWriter.StatusLine(ref output, 103);
        foreach (ReadOnlyMemory<byte> link in hint.Links)
        {
            ResponseWriter.Field(ref output, "link"u8, link.Span);
        }

        ResponseWriter.EndOfHead(ref output);
    }

    private void WriteText(int status, string text, bool isHead, IBufferWriter<byte> output, bool namesWebSocketVersion = false)
    {
        byte[] body = Encoding.UTF8.GetBytes(text);
        ResponseWriter.StatusLine(ref output, status);
        ResponseWriter.Field(ref output, "content-type"u8, "text/plain; charset=utf-8"u8);
        if (_options.DateHeader)
        {
            ResponseWriter.Date(ref output, _date);
        }

        if (_options.ServerHeader)
        {
            ResponseWriter.Field(ref output, "server"u8, "perch"u8);
        }

        ResponseWriter.ContentLength(ref output, body.Length);
        if (namesWebSocketVersion)
        {
            // RFC 6455 §4.4, RFC 9110 §15.5.22.
            ResponseWriter.Field(ref output, "sec-websocket-version"u8, HandshakeRules.Version);
            ResponseWriter.Field(ref output, "upgrade"u8, "websocket"u8);
            ResponseWriter.Field(ref output, "connection"u8, "upgrade, close"u8);
        }
        else if (!_keepAlive)
        {
            ResponseWriter.ConnectionClose(ref output);
        }
        else if (_head.Has(HeadFacts.Http10))
        {
            ResponseWriter.ConnectionKeepAlive(ref output);
        }

        ResponseWriter.EndOfHead(ref output);
        ResponseWriter.Raw(ref output, isHead ? default : body);
        _headWritten = true;
    }
}
