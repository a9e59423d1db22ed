using System.Text;

namespace Perch.Benchmarks.Capturing;

/// <summary>
/// The format of <c>.http</c> files in editors: <c>METHOD URL</c>, header fields, an empty line, the body; <c>###</c> between requests;
/// lines before a request that begin with <c>#</c> or <c>//</c> are comments. Variables, scripts and files as bodies are not known here.
/// </summary>
internal static class EditorFormat
{
    private const string Separator = "###";

    /// <exception cref="CaptureException">A line is wrong, or a request cannot be used.</exception>
    internal static IReadOnlyList<CapturedRequest> Read(ReadOnlySpan<byte> bytes)
    {
        string[] lines = Encoding.UTF8.GetString(bytes).TrimStart('\uFEFF').Split('\n');
        var requests = new List<CapturedRequest>();
        for (int start = 0; start < lines.Length;)
        {
            int end = Array.FindIndex(lines, start, line => line.StartsWith(Separator, StringComparison.Ordinal));
            end = end < 0 ? lines.Length : end;
            if (ReadOne(lines.AsSpan(start, end - start), start + 1) is { } request)
            {
                requests.Add(request);
            }

            start = end + 1;
        }

        return requests;
    }

    private static CapturedRequest? ReadOne(ReadOnlySpan<string> lines, int number)
    {
        int at = 0;
        while (at < lines.Length && IsSkipped(lines[at]))
        {
            at++;
        }

        if (at == lines.Length)
        {
            return null;
        }

        RefuseVariables(lines, number);
        int first = number + at;
        string[] words = lines[at].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length is < 2 or > 3 || (words.Length == 3 && words[2] != "HTTP/1.1"))
        {
            throw new CaptureException(first, $"a request begins with METHOD URL, or METHOD URL HTTP/1.1, not with '{lines[at].Trim()}'.");
        }

        (string target, string host) = TargetOf(words[1], first);
        var fields = new List<string>();
        for (at++; at < lines.Length && !string.IsNullOrWhiteSpace(lines[at]); at++)
        {
            string field = lines[at].Trim();
            fields.Add(field.IndexOf(':', StringComparison.Ordinal) > 0
                ? field
                : throw new CaptureException(number + at, $"a header field is 'name: value', not '{field}'."));
        }

        byte[] body = Encoding.UTF8.GetBytes(string.Join('\n', lines[Math.Min(at + 1, lines.Length)..].ToArray()).TrimEnd());
        return Compose(words[0], target, host, fields, body, first);
    }

    private static CapturedRequest Compose(string method, string target, string host, List<string> fields, byte[] body, int line)
    {
        var head = new StringBuilder($"{method} {target} HTTP/1.1\r\n");
        if (!fields.Exists(field => IsNamed(field, "Host")))
        {
            head.Append("Host: ").Append(host).Append("\r\n");
        }

        foreach (string field in fields)
        {
            head.Append(field).Append("\r\n");
        }

        if (body.Length > 0 && !fields.Exists(field => IsNamed(field, "Content-Length") || IsNamed(field, "Transfer-Encoding")))
        {
            head.Append("Content-Length: ").Append(body.Length).Append("\r\n");
        }

        byte[] bytes = [.. Encoding.UTF8.GetBytes(head.Append("\r\n").ToString()), .. body];
        CapturedRequest request = WireFormat.ReadFirst(bytes, line);
        return request.Bytes.Length == bytes.Length ? request : throw new CaptureException(line, "the body is longer than its framing fields say.");
    }

    private static (string Target, string Host) TargetOf(string url, int line)
    {
        if (url[0] == '/')
        {
            return (url, "127.0.0.1");
        }

        // Cut by hand: what the user wrote goes over the wire, not what a URL class makes of it.
        int scheme = url.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            throw new CaptureException(line, $"the URL '{url}' is neither a path nor has it a scheme.");
        }

        string rest = url[(scheme + 3)..].Split('#')[0];
        int end = rest.AsSpan().IndexOfAny('/', '?');
        string host = end < 0 ? rest : rest[..end];
        string path = end < 0 ? "" : rest[end..];
        return (path.StartsWith('/') ? path : "/" + path, host);
    }

    private static void RefuseVariables(ReadOnlySpan<string> lines, int number)
    {
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].Contains("{{", StringComparison.Ordinal) || lines[i].StartsWith("< ", StringComparison.Ordinal))
            {
                throw new CaptureException(number + i, "variables and files as bodies are not known here: write out what is to be sent.");
            }
        }
    }

    private static bool IsSkipped(string line) =>
        string.IsNullOrWhiteSpace(line) || line.StartsWith('#') || line.StartsWith("//", StringComparison.Ordinal);

    private static bool IsNamed(string field, string name) => field.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase);
}
