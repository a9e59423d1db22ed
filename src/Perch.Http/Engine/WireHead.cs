using System.Buffers;
using Perch.Http.Parsing;

namespace Perch.Http.Engine;

/// <summary>
/// The bytes of a head on HTTP/1.1: the status line and the app's fields, without those that the connection decides. An event that an app
/// caches keeps it.
/// </summary>
internal sealed class WireHead
{
    private WireHead(byte[] bytes) => Bytes = bytes;

    internal byte[] Bytes { get; }

    /// <summary>The app asks to close the connection after this response.</summary>
    internal bool Closes { get; private init; }

    internal bool HasDate { get; private init; }

    internal bool HasServer { get; private init; }

    internal static WireHead Of(ResponseHead head) => head.WireForm as WireHead ?? Remember(head);

    private static WireHead Remember(ResponseHead head)
    {
        WireHead form = Make(head);
        head.WireForm = form;
        return form;
    }

    private static WireHead Make(ResponseHead head)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        bool closes = false;
        bool hasDate = false;
        bool hasServer = false;
        ResponseWriter.StatusLine(ref bytes, head.Status);
        foreach (Header header in head.Headers)
        {
            ReadOnlySpan<byte> name = header.Name.Span;
            ReadOnlySpan<byte> value = header.Value.Span;

            // Framing and the connection's persistence are the server's (RFC 9112 §6, §9.3); what the app says of them has been read.
            if (HeaderRules.Is(name, "content-length"u8) || HeaderRules.Is(name, "transfer-encoding"u8) || HeaderRules.Is(name, "keep-alive"u8))
            {
                continue;
            }

            if (HeaderRules.Is(name, "connection"u8))
            {
                closes |= FieldList.Contains(value, "close"u8);
                if (HeaderRules.Is(value, "close"u8) || HeaderRules.Is(value, "keep-alive"u8))
                {
                    continue;
                }
            }

            hasDate |= HeaderRules.Is(name, "date"u8);
            hasServer |= HeaderRules.Is(name, "server"u8);
            ResponseWriter.Field(ref bytes, name, value);
        }

        return new(bytes.WrittenSpan.ToArray()) { Closes = closes, HasDate = hasDate, HasServer = hasServer };
    }
}
