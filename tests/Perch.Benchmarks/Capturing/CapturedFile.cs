using Perch.Benchmarks.Cli;

namespace Perch.Benchmarks.Capturing;

/// <summary>
/// A user's requests: <c>.http</c> and <c>.rest</c> files in the format of editors, any other file as the bytes of HTTP/1.1.
/// </summary>
internal static class CapturedFile
{
    /// <exception cref="UsageException">The file cannot be read, or is wrong; the message says in which line.</exception>
    internal static IReadOnlyList<CapturedRequest> Read(string file)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"The requests cannot be read: {exception.Message}");
        }

        try
        {
            bool isEdited = Path.GetExtension(file).ToUpperInvariant() is ".HTTP" or ".REST";
            IReadOnlyList<CapturedRequest> requests = isEdited ? EditorFormat.Read(bytes) : WireFormat.Read(bytes);
            return requests.Count > 0 ? requests : throw new CaptureException(1, "there is no request.");
        }
        catch (CaptureException exception)
        {
            throw new UsageException($"{file}, line {exception.Line}: {exception.Message}");
        }
    }
}
