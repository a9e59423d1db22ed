using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;
using Perch.Http.Parsing;

namespace Perch.Http.Engine;

/// <summary>
/// Kestrel's public <see cref="HttpParser{T}"/> behind the seam, to be compared with ours in the same driver. A head that comes in parts is
/// read from its start again.
/// </summary>
internal sealed class KestrelHeadParser : IHeadParser
{
    // The parser is shared by all connections, and it calls back while it runs.
    [ThreadStatic]
    private static Found? _found;

    private readonly HttpParser<Handler> _parser = new(showErrorDetails: false);

    public ParseResult Parse(ReadOnlyMemory<byte> bytes, ref RequestHead head, Span<ulong> fields, in HeadLimits limits)
    {
        head = default;
        Found found = _found ??= new Found();
        found.Begin(bytes, limits.MaxFields);
        try
        {
            return Parse(found, ref head, fields, limits);
        }
        finally
        {
            found.Begin(default, 0);
        }
    }

    private ParseResult Parse(Found found, ref RequestHead head, Span<ulong> fields, in HeadLimits limits)
    {
        ReadOnlyMemory<byte> bytes = found.Bytes;
        var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(bytes));
        RejectReason reason;
        try
        {
            bool isWhole = _parser.ParseRequestLine(new Handler(found), ref reader) && _parser.ParseHeaders(new Handler(found), ref reader);
            reason = found.Reason;
            if (reason == RejectReason.None && !isWhole)
            {
                return ForeignHead.Incomplete(bytes.Length, limits);
            }
        }
        catch (BadHttpRequestException exception)
        {
            reason = exception.StatusCode == StatusCodes.Status505HttpVersionNotsupported
                ? RejectReason.UnsupportedVersion
                : RejectReason.InvalidFieldValue;
        }

        if (reason != RejectReason.None)
        {
            return ParseResult.Reject(reason);
        }

        head = found.Head;
        head.FieldCount = found.Fields.Count;
        CollectionsMarshal.AsSpan(found.Fields).CopyTo(fields);
        return ForeignHead.Finish(bytes.Span, (int)reader.Consumed, ref head, fields, limits);
    }

    private sealed class Found
    {
        internal RequestHead Head;

        internal ReadOnlyMemory<byte> Bytes { get; private set; }

        internal List<ulong> Fields { get; } = [];

        internal RejectReason Reason { get; set; }

        internal int MaxFields { get; private set; }

        internal void Begin(ReadOnlyMemory<byte> bytes, int maxFields)
        {
            Head = default;
            Bytes = bytes;
            Fields.Clear();
            Reason = RejectReason.None;
            MaxFields = maxFields;
        }

        internal int PositionOf(ReadOnlySpan<byte> part) => (int)Unsafe.ByteOffset(
            ref MemoryMarshal.GetReference(Bytes.Span), ref MemoryMarshal.GetReference(part));
    }

    private readonly struct Handler(Found found) : IHttpRequestLineHandler, IHttpHeadersHandler
    {
        public void OnStartLine(HttpVersionAndMethod versionAndMethod, TargetOffsetPathLength targetPath, Span<byte> startLine)
        {
            int start = found.PositionOf(startLine);
            int methodEnd = startLine.IndexOf((byte)' ');

            // What Kestrel calls the start line ends where the target does.
            int targetEnd = startLine.Length;
            found.Head.MethodRange = new ByteRange(start, start + methodEnd);
            found.Head.Method = Methods.Find(startLine[..methodEnd]);
            found.Head.Target = new ByteRange(start + targetPath.Offset, start + targetEnd);
            found.Head.Facts = versionAndMethod.Version == Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http.HttpVersion.Http10 ? HeadFacts.Http10 : HeadFacts.None;
        }

        public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
        {
            if (found.Fields.Count == found.MaxFields)
            {
                found.Reason = RejectReason.TooManyFields;
                return;
            }

            int nameStart = found.PositionOf(name);
            int lineEnd = value.IsEmpty ? nameStart + name.Length + 1 : found.PositionOf(value) + value.Length;
            found.Fields.Add(FieldEntry.Pack((uint)nameStart, (uint)(nameStart + name.Length), (uint)lineEnd));
        }

        public void OnHeadersComplete(bool endStream)
        {
        }

        public void OnStaticIndexedHeader(int index)
        {
        }

        public void OnStaticIndexedHeader(int index, ReadOnlySpan<byte> value)
        {
        }
    }
}
