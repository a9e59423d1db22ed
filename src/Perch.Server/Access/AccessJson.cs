using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Perch.Server.Access;

/// <summary>An entry as a JSON object on a line.</summary>
internal static class AccessJson
{
    internal static void Append(AccessEntry entry, StringBuilder line)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("time", entry.Time);
            json.WriteString("client", entry.ClientHost);
            json.WriteString("method", entry.Method);
            json.WriteString("scheme", entry.Scope.Scheme);
            json.WriteString("host", entry.Field("host"));
            json.WriteString("target", entry.Target);
            json.WriteString("version", entry.Version);
            json.WriteNumber("status", entry.Status);
            json.WriteNumber("bytes", entry.Bytes);
            json.WriteNumber("seconds", entry.Duration.TotalSeconds);
            json.WriteString("referer", entry.Field("referer"));
            json.WriteString("user_agent", entry.Field("user-agent"));
            json.WriteEndObject();
        }

        line.Append(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }
}
