using System.Globalization;
using System.Text;

namespace Perch.Conformance.Clients;

/// <summary>Reads responses by their framing (RFC 9112 §6), and takes nothing that is wrongly framed.</summary>
internal static class ResponseReader
{
    /// <summary>The next response, interim ones too.</summary>
    internal static async Task<RawResponse> ReadAsync(RawClient client, bool isHead = false)
    {
        RawResponse head = await ReadHeadAsync(client);
        if (isHead || head.Status is < 200 or 204 or 304)
        {
            return head;
        }

        if (head.Header("transfer-encoding") is { } coding)
        {
            Assert.Equal("chunked", coding);
            Assert.Null(head.Header("content-length"));
            return await ReadChunkedAsync(client, head);
        }

        if (head.Header("content-length") is { } length)
        {
            byte[] body = await client.ReadExactlyAsync(int.Parse(length, NumberStyles.None, CultureInfo.InvariantCulture), "a body");
            return head with { Body = Encoding.Latin1.GetString(body) };
        }

        return head with { Body = await client.ReadToEndAsync("a body that ends with the connection") };
    }

    /// <summary>The status line and the fields.</summary>
    internal static async Task<RawResponse> ReadHeadAsync(RawClient client)
    {
        string line = await client.ReadLineAsync("a status line");
        Assert.Matches(@"^HTTP/1\.[01] [1-9][0-9][0-9]( .*)?$", line);
        var text = new StringBuilder(line).Append("\r\n");
        List<KeyValuePair<string, string>> headers = await ReadFieldsAsync(client, text);
        return new RawResponse(int.Parse(line.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture), text.ToString(), headers);
    }

    /// <summary>The next chunk; empty for the last.</summary>
    internal static async Task<string> ReadChunkAsync(RawClient client)
    {
        string size = await client.ReadLineAsync("a chunk's size");
        int length = int.Parse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        if (length == 0)
        {
            return "";
        }

        byte[] chunk = await client.ReadExactlyAsync(length, "a chunk");
        Assert.Equal("", await client.ReadLineAsync("the end of a chunk"));
        return Encoding.Latin1.GetString(chunk);
    }

    private static async Task<RawResponse> ReadChunkedAsync(RawClient client, RawResponse head)
    {
        var body = new StringBuilder();
        for (string chunk; (chunk = await ReadChunkAsync(client)).Length > 0;)
        {
            body.Append(chunk);
        }

        return head with { Body = body.ToString(), Trailers = await ReadFieldsAsync(client, new StringBuilder()) };
    }

    private static async Task<List<KeyValuePair<string, string>>> ReadFieldsAsync(RawClient client, StringBuilder text)
    {
        List<KeyValuePair<string, string>> fields = [];
        for (string line; (line = await client.ReadLineAsync("the fields of a head")).Length > 0;)
        {
            text.Append(line).Append("\r\n");
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            Assert.True(colon > 0, $"Not a field: '{line}'");
            fields.Add(new(line[..colon].ToLowerInvariant(), line[(colon + 1)..].Trim(' ', '\t')));
        }

        return fields;
    }
}
