using System.Text.Json;

namespace Conformance.App;

/// <summary>Writes JSON into an array of bytes.</summary>
internal static class Json
{
    internal static byte[] Write(Action<Utf8JsonWriter> write)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            write(json);
        }

        return stream.ToArray();
    }
}
