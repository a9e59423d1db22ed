namespace Perch.Python.Workers;

/// <summary>
/// Reads a file of environment variables: <c>NAME=value</c> on each line, perhaps after <c>export</c>. Quotes around a value are taken off; in
/// double ones <c>\n</c>, <c>\"</c> and <c>\\</c> are escapes. What follows <c> #</c> outside of quotes is a comment.
/// </summary>
internal static class EnvFile
{
    /// <exception cref="FormatException">A line is not of that form.</exception>
    internal static IEnumerable<(string Name, string Value)> Parse(IEnumerable<string> lines)
    {
        int number = 0;
        foreach (string text in lines)
        {
            number++;
            string line = text.Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (line.StartsWith("export ", StringComparison.Ordinal))
            {
                line = line["export ".Length..].TrimStart();
            }

            int equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                throw new FormatException($"Line {number} is not NAME=value.");
            }

            yield return (line[..equals].TrimEnd(), Value(line[(equals + 1)..].Trim(), number));
        }
    }

    private static string Value(string text, int line)
    {
        if (text.Length == 0 || text[0] is not ('"' or '\''))
        {
            int comment = text.StartsWith('#') ? 0 : text.IndexOf(" #", StringComparison.Ordinal);
            return comment < 0 ? text : text[..comment].TrimEnd();
        }

        var value = new System.Text.StringBuilder();
        for (int i = 1; i < text.Length; i++)
        {
            char c = text[i];
            if (c == text[0])
            {
                return value.ToString();
            }

            if (c == '\\' && text[0] == '"' && i + 1 < text.Length)
            {
                c = text[++i] switch
                {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    char other => other,
                };
            }

            value.Append(c);
        }

        throw new FormatException($"Line {line} opens a quote and does not close it.");
    }
}
