namespace Perch.Http.Parsing.Scanning;

/// <summary>
/// Classifies 64 bytes at once into bit masks; bit <c>i</c> stands for byte <c>i</c>. Each vector width is one implementation, a
/// struct, so that the parser is compiled once for each and the calls disappear. All of them give the same masks.
/// </summary>
internal interface IScanIsa
{
    /// <summary>The length of the blocks that every method takes.</summary>
    const int BlockLength = 64;

    /// <summary>Whether this machine has the instructions.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>The length of the block that <see cref="NotToken"/> and <see cref="NotHost"/> look at.</summary>
    const int ShortBlockLength = 32;

    /// <summary>The carriage returns, and all bytes below 0x20 together with DEL, HTAB among them.</summary>
    static abstract void Lines(ReadOnlySpan<byte> block, out ulong carriageReturn, out ulong lineFeed, out ulong control);

    /// <summary>Of 32 bytes, those that cannot be in a field name.</summary>
    static abstract uint NotToken(ReadOnlySpan<byte> block);

    /// <summary>The bytes that end the plain part of a target: all but <see cref="ByteClass.PlainTarget"/>.</summary>
    static abstract ulong NotTarget(ReadOnlySpan<byte> block);

    /// <summary>Of 32 bytes, those that end the simple part of a host: all but <see cref="ByteClass.Host"/>.</summary>
    static abstract uint NotHost(ReadOnlySpan<byte> block);
}
