namespace Perch.Benchmarks.Capturing;

/// <summary>A request of a user's file cannot be used.</summary>
/// <param name="line">The line, from 1.</param>
/// <param name="message">Why.</param>
internal sealed class CaptureException(int line, string message) : Exception(message)
{
    internal int Line => line;
}
