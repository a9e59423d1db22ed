namespace Perch.Benchmarks.Load;

/// <summary>What every answer must be; how it is framed, by its length or in chunks, is the server's.</summary>
internal sealed record ExpectedResponse(int Status, ReadOnlyMemory<byte> Body);
