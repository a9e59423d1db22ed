namespace Perch.Benchmarks.Capturing;

/// <summary>A request of a user's file, as it goes over the wire.</summary>
internal sealed record CapturedRequest(ReadOnlyMemory<byte> Bytes, bool IsHead);
