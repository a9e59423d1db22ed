namespace Perch.Http.Parsing;

/// <summary>RFC 9112 6.2: a body of Content-Length bytes.</summary>
internal struct FixedLengthDecoder(long contentLength)
{
    /// <summary>The bytes that are still to come.</summary>
    internal long Remaining { get; private set; } = contentLength;

    internal BodyResult Read(ReadOnlySpan<byte> input)
    {
        var length = (int)Math.Min(Remaining, input.Length);
        Remaining -= length;
        var status = Remaining == 0 ? ParseStatus.Done : ParseStatus.NeedMore;
        return new BodyResult(status, RejectReason.None, length, new ByteRange(0, length));
    }
}
