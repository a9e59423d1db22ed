using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics;

namespace Perch.Http.Parsing;

/// <summary>
/// Writes the parts of a response. It adds nothing of its own and does not check names and values: the message rules have, before an event
/// comes here. Generic, so that a writer that is a struct is not boxed.
/// </summary>
internal static class ResponseWriter
{
    private const int MaxLengthDigits = 19;

    // 16 hexadecimal digits and CR LF.
    private const int MaxChunkSizeLength = 18;

    internal static void StatusLine<TWriter>(ref TWriter writer, int status) where TWriter : IBufferWriter<byte> =>
        Raw(ref writer, StatusLines.Get(status));

    // RFC 9112 5: field-line = field-name ":" OWS field-value OWS; a single SP after the colon is preferred.
    internal static void Field<TWriter>(ref TWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
        where TWriter : IBufferWriter<byte>
    {
        var length = name.Length + value.Length + 4;
        var span = writer.GetSpan(length);
        name.CopyTo(span);
        span[name.Length] = (byte)':';
        span[name.Length + 1] = (byte)' ';
        value.CopyTo(span[(name.Length + 2)..]);
        span[length - 2] = (byte)'\r';
        span[length - 1] = (byte)'\n';
        writer.Advance(length);
    }

    internal static void Date<TWriter>(ref TWriter writer, DateLine date) where TWriter : IBufferWriter<byte> => Raw(ref writer, date.Bytes);

    // RFC 9110 8.6: Content-Length = 1*DIGIT
    internal static void ContentLength<TWriter>(ref TWriter writer, long length) where TWriter : IBufferWriter<byte>
    {
        Debug.Assert(length >= 0);
        var name = "content-length: "u8;
        var span = writer.GetSpan(name.Length + MaxLengthDigits + 2);
        name.CopyTo(span);
        Utf8Formatter.TryFormat(length, span[name.Length..], out var digits);
        "\r\n"u8.CopyTo(span[(name.Length + digits)..]);
        writer.Advance(name.Length + digits + 2);
    }

    // RFC 9112 6.1. Not for HTTP/1.0, 1xx and 204.
    internal static void Chunked<TWriter>(ref TWriter writer) where TWriter : IBufferWriter<byte> =>
        Raw(ref writer, "transfer-encoding: chunked\r\n"u8);

    // RFC 9112 9.6
    internal static void ConnectionClose<TWriter>(ref TWriter writer) where TWriter : IBufferWriter<byte> =>
        Raw(ref writer, "connection: close\r\n"u8);

    // RFC 9112 9.3: what an HTTP/1.0 client needs to know to keep the connection.
    internal static void ConnectionKeepAlive<TWriter>(ref TWriter writer) where TWriter : IBufferWriter<byte> =>
        Raw(ref writer, "connection: keep-alive\r\n"u8);

    internal static void EndOfHead<TWriter>(ref TWriter writer) where TWriter : IBufferWriter<byte> => Raw(ref writer, "\r\n"u8);

    // RFC 9110 15.2.1: the head that tells the client to send its body. Other 1xx heads are a status line, fields and an end of head.
    internal static void Continue<TWriter>(ref TWriter writer) where TWriter : IBufferWriter<byte> =>
        Raw(ref writer, "HTTP/1.1 100 Continue\r\n\r\n"u8);

    // RFC 9112 7.1: chunk = chunk-size CRLF chunk-data CRLF. An empty chunk would end the body, so there is none.
    internal static void Chunk<TWriter>(ref TWriter writer, ReadOnlySpan<byte> data) where TWriter : IBufferWriter<byte>
    {
        if (data.IsEmpty) return;
        ChunkStart(ref writer, data.Length);
        Raw(ref writer, data);
        ChunkEnd(ref writer);
    }

    /// <summary>The size line of a chunk whose data and <see cref="ChunkEnd"/> follow.</summary>
    internal static void ChunkStart<TWriter>(ref TWriter writer, long length) where TWriter : IBufferWriter<byte>
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        var span = writer.GetSpan(MaxChunkSizeLength);
        Utf8Formatter.TryFormat(length, span, out var digits, 'x');
        "\r\n"u8.CopyTo(span[digits..]);
        writer.Advance(digits + 2);
    }

    internal static void ChunkEnd<TWriter>(ref TWriter writer) where TWriter : IBufferWriter<byte> => Raw(ref writer, "\r\n"u8);

    // RFC 9112 7.1: last-chunk = 1*("0") CRLF; the trailer fields and an end of head follow.
    internal static void LastChunk<TWriter>(ref TWriter writer) where TWriter : IBufferWriter<byte> => Raw(ref writer, "0\r\n"u8);

    /// <summary>The end of a chunked body without trailers.</summary>
    internal static void EndOfChunks<TWriter>(ref TWriter writer) where TWriter : IBufferWriter<byte> => Raw(ref writer, "0\r\n\r\n"u8);

    internal static void Raw<TWriter>(ref TWriter writer, ReadOnlySpan<byte> bytes) where TWriter : IBufferWriter<byte>
    {
        // A writer may hand out less than a large piece needs, and must not be asked for more than it can.
        while (!bytes.IsEmpty)
        {
            var span = writer.GetSpan();
            var length = Math.Min(span.Length, bytes.Length);
            bytes[..length].CopyTo(span);
            writer.Advance(length);
            bytes = bytes[length..];
        }
    }
}
