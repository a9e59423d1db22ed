namespace Perch.Benchmarks.Load;

/// <summary>A response that is not the expected one.</summary>
internal sealed class WrongResponseException(string message) : Exception(message);
