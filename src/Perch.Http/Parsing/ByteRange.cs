namespace Perch.Http.Parsing;

/// <summary>A part of the caller's buffer, relative to the start of the head.</summary>
internal readonly record struct ByteRange(int Start, int End)
{
    internal int Length => End - Start;

    internal bool IsEmpty => Start == End;

    internal ReadOnlySpan<byte> Of(ReadOnlySpan<byte> head) => head[Start..End];
}
