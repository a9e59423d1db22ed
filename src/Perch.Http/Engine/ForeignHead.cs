using Perch.Http.Parsing;

namespace Perch.Http.Engine;

/// <summary>
/// What is the same for the parsers that are not ours: they find lines, and target and framing, which their servers judge elsewhere, are
/// judged as ever.
/// </summary>
internal static class ForeignHead
{
    /// <summary>The head has no end yet.</summary>
    internal static ParseResult Incomplete(int length, in HeadLimits limits) =>
        length >= limits.MaxHeadBytes ? ParseResult.Reject(RejectReason.HeadTooLarge) : ParseResult.NeedMore;

    /// <summary>The head is whole: its request line, its field lines and their number are known.</summary>
    internal static ParseResult Finish(ReadOnlySpan<byte> bytes, int consumed, ref RequestHead head, ReadOnlySpan<ulong> fields, in HeadLimits limits)
    {
        if (consumed > limits.MaxHeadBytes)
        {
            return ParseResult.Reject(RejectReason.HeadTooLarge);
        }

        // Kestrel's parser takes a request line without a target.
        RejectReason reason = head.Target.IsEmpty ? RejectReason.InvalidTarget : TargetSyntax.Resolve(bytes, ref head);
        if (reason == RejectReason.None)
        {
            head.ContentLength = -1;
            reason = Framing.Check(bytes, ref head, fields[..head.FieldCount]);
        }

        if (reason == RejectReason.None)
        {
            reason = Framing.Finish(ref head);
        }

        return reason == RejectReason.None ? ParseResult.Done(consumed) : ParseResult.Reject(reason);
    }
}
