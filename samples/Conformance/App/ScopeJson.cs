using System.Text;
using System.Text.Json;
using Perch;

namespace Conformance.App;

/// <summary>A scope as JSON; bytes as Latin-1, one char each.</summary>
internal static class ScopeJson
{
    internal static byte[] Write(RequestScope scope) => Json.Write(json =>
    {
        json.WriteStartObject();
        if (scope is HttpScope http)
        {
            json.WriteString("method", http.Method);
        }

        json.WriteString("path", scope.Path);
        json.WriteString("raw_path", Latin1(scope.RawPath));
        json.WriteString("query_string", Latin1(scope.QueryString));
        json.WriteString("http_version", scope.HttpVersion);
        json.WriteString("scheme", scope.Scheme);
        json.WriteString("root_path", scope.RootPath);
        WriteAddress(json, "client", scope.Client);
        WriteAddress(json, "server", scope.Server);
        json.WriteStartArray("headers");
        foreach (Header header in scope.Headers)
        {
            json.WriteStartArray();
            json.WriteStringValue(Latin1(header.Name));
            json.WriteStringValue(Latin1(header.Value));
            json.WriteEndArray();
        }

        json.WriteEndArray();
        if (scope is WebSocketScope webSocket)
        {
            json.WriteStartArray("subprotocols");
            foreach (string subprotocol in webSocket.Subprotocols)
            {
                json.WriteStringValue(subprotocol);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    });

    private static void WriteAddress(Utf8JsonWriter json, string name, ScopeAddress? address)
    {
        if (address is not { } known)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartArray(name);
        json.WriteStringValue(known.Host);
        if (known.Port is { } port)
        {
            json.WriteNumberValue(port);
        }
        else
        {
            json.WriteNullValue();
        }

        json.WriteEndArray();
    }

    private static string Latin1(ReadOnlyMemory<byte> bytes) => Encoding.Latin1.GetString(bytes.Span);
}
