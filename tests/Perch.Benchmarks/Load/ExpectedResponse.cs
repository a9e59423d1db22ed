namespace Perch.Benchmarks.Load;

/// <summary>What an answer must be; how it is framed, by its length or in chunks, is the server's.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The body.</param>
/// <param name="IsToHead">RFC 9110 §9.3.2: the answer to HEAD ends with its head, whatever that says of a body.</param>
internal sealed record ExpectedResponse(int Status, ReadOnlyMemory<byte> Body, bool IsToHead = false);
