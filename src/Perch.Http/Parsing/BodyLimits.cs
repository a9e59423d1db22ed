namespace Perch.Http.Parsing;

/// <summary>What a request body may have.</summary>
/// <param name="MaxBodyBytes">The bytes of content, without their framing.</param>
/// <param name="MaxChunkExtensionBytes">The bytes of all chunk extensions of one body: they cost us and carry nothing.</param>
/// <param name="MaxTrailerBytes">The bytes of the trailer section, with its line ends.</param>
/// <param name="MaxTrailerFields">The lines of the trailer section.</param>
internal readonly record struct BodyLimits(long MaxBodyBytes, int MaxChunkExtensionBytes, int MaxTrailerBytes, int MaxTrailerFields)
{
    /// <summary>The body as Kestrel's MaxRequestBodySize; the trailers as the head's limits; 4 KB of extensions, which is more than any
    /// known use.</summary>
    internal static BodyLimits Default => new(30_000_000, 4 * 1024, 32 * 1024, 100);
}
