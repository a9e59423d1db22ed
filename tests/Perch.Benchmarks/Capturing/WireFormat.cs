using Perch.Http.Engine;
using Perch.Http.Parsing;

namespace Perch.Benchmarks.Capturing;

/// <summary>
/// Requests as they went over the wire, one behind the other (RFC 9112). They are read by the strictest parser among those that are
/// compared: what it takes, all of them take.
/// </summary>
internal static class WireFormat
{
    private static readonly HeadLimits Limits = HeadLimits.Default;

    /// <exception cref="CaptureException">A request is wrong, cut off, or ends its connection.</exception>
    internal static IReadOnlyList<CapturedRequest> Read(ReadOnlyMemory<byte> bytes)
    {
        var requests = new List<CapturedRequest>();
        int line = 1;
        while (!bytes.IsEmpty)
        {
            CapturedRequest request = ReadFirst(bytes, line);
            requests.Add(request);
            line += request.Bytes.Span.Count((byte)'\n');
            bytes = bytes[request.Bytes.Length..];
        }

        return requests;
    }

    /// <summary>Reads the first request of some bytes.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="line">Where it begins, for the exception.</param>
    /// <exception cref="CaptureException">It is wrong, cut off, or ends its connection.</exception>
    internal static CapturedRequest ReadFirst(ReadOnlyMemory<byte> bytes, int line)
    {
        RequestHead head = default;
        ulong[] fields = new ulong[Limits.TableLength];
        ParseResult result = HeadParsers.Of(Perch.Http.HttpParserKind.Perch).Parse(bytes, ref head, fields, Limits);
        switch (result.Status)
        {
            case ParseStatus.Rejected:
                throw new CaptureException(line, $"the request is refused: {result.Reason.Text()} Lines end with CR LF on the wire; requests of an editor belong into a .http file.");
            case ParseStatus.NeedMore:
                throw new CaptureException(line, "the head of the request has no end: an empty line, CR LF.");
        }

        Check(head, line);
        int length = result.Consumed + BodyLength(head, bytes.Span[result.Consumed..], line);
        return new CapturedRequest(bytes[..length], head.Method == KnownMethod.Head);
    }

    /// <summary>Requests are sent over and over on a connection that stays, and each gets one answer.</summary>
    private static void Check(in RequestHead head, int line)
    {
        if (head.Has(HeadFacts.Http10) || head.Has(HeadFacts.Close))
        {
            throw new CaptureException(line, "the request ends its connection (HTTP/1.0, or connection: close).");
        }

        if (head.Has(HeadFacts.ExpectContinue))
        {
            throw new CaptureException(line, "the request waits for 100 (expect: 100-continue).");
        }

        if (head.Method == KnownMethod.Connect)
        {
            throw new CaptureException(line, "CONNECT asks for a tunnel.");
        }
    }

    private static int BodyLength(in RequestHead head, ReadOnlySpan<byte> rest, int line)
    {
        if (head.Has(HeadFacts.Chunked))
        {
            return ChunkedLength(rest, line);
        }

        long length = Math.Max(0, head.ContentLength);
        return length <= rest.Length ? (int)length : throw new CaptureException(line, $"the body has {rest.Length} bytes, not the {length} that content-length says.");
    }

    private static int ChunkedLength(ReadOnlySpan<byte> rest, int line)
    {
        var decoder = new ChunkedDecoder(BodyLimits.Default);
        int length = 0;
        while (length < rest.Length)
        {
            BodyResult result = decoder.Read(rest[length..]);
            length += result.Consumed;
            switch (result.Status)
            {
                case ParseStatus.Done:
                    return length;
                case ParseStatus.Rejected:
                    throw new CaptureException(line, $"the body is refused: {result.Reason.Text()}");
            }
        }

        throw new CaptureException(line, "the chunked body has no end.");
    }
}
