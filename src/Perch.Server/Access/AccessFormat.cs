using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;

namespace Perch.Server.Access;

/// <summary>The form of a line of the access log.</summary>
internal static class AccessFormat
{
    /// <summary>Apache's common log format, and what combined adds.</summary>
    private const string Common = "{client} - - [{time}] \"{line}\" {status} {bytes}";
    private const string Combined = Common + " \"{referer}\" \"{user_agent}\"";
    private const string Short = "{address} - \"{line}\" {status} {reason}";

    private static readonly Dictionary<string, Action<AccessEntry, StringBuilder>> Fields = new(StringComparer.Ordinal)
    {
        ["address"] = static (entry, text) => text.Append(entry.Client),
        ["client"] = static (entry, text) => text.Append(entry.ClientHost),
        ["time"] = static (entry, text) => text.Append(entry.Time.ToString("dd/MMM/yyyy:HH:mm:ss +0000", CultureInfo.InvariantCulture)),
        ["line"] = static (entry, text) => AppendEscaped(text, entry.Line),
        ["method"] = static (entry, text) => AppendEscaped(text, entry.Method),
        ["target"] = static (entry, text) => AppendEscaped(text, entry.Target),
        ["version"] = static (entry, text) => AppendEscaped(text, entry.Version),
        ["status"] = static (entry, text) => text.Append(CultureInfo.InvariantCulture, $"{entry.Status}"),
        ["reason"] = static (entry, text) => text.Append(ReasonPhrases.GetReasonPhrase(entry.Status)),
        ["bytes"] = static (entry, text) => text.Append(CultureInfo.InvariantCulture, $"{entry.Bytes}"),
        ["seconds"] = static (entry, text) => text.Append(CultureInfo.InvariantCulture, $"{entry.Duration.TotalSeconds:0.000000}"),
        ["scheme"] = static (entry, text) => text.Append(entry.Scope.Scheme),
        ["host"] = static (entry, text) => AppendEscaped(text, entry.Field("host")),
        ["referer"] = static (entry, text) => AppendEscaped(text, entry.Field("referer")),
        ["user_agent"] = static (entry, text) => AppendEscaped(text, entry.Field("user-agent")),
    };

    /// <summary>What a template can have.</summary>
    internal static IReadOnlyCollection<string> Names => Fields.Keys;

    /// <summary>Makes the function that writes an entry.</summary>
    /// <exception cref="FormatException">It is no format, and no template.</exception>
    internal static Action<AccessEntry, StringBuilder> Of(string format) => format switch
    {
        "short" => Template(Short),
        "common" => Template(Common),
        "combined" => Template(Combined),
        "json" => AccessJson.Append,
        _ => format.Contains('{', StringComparison.Ordinal) ? Template(format) : throw new FormatException(),
    };

    private static Action<AccessEntry, StringBuilder> Template(string template)
    {
        List<Action<AccessEntry, StringBuilder>> parts = [];
        for (int place = 0; place < template.Length;)
        {
            int open = template.IndexOf('{', place);
            string text = open < 0 ? template[place..] : template[place..open];
            parts.Add((_, line) => line.Append(text));
            if (open < 0)
            {
                break;
            }

            int close = template.IndexOf('}', open);
            if (close < 0 || !Fields.TryGetValue(template[(open + 1)..close], out Action<AccessEntry, StringBuilder>? field))
            {
                throw new FormatException();
            }

            parts.Add(field);
            place = close + 1;
        }

        return (entry, line) => parts.ForEach(part => part(entry, line));
    }

    /// <summary>What a client wrote cannot end the line or the quotes that it is in.</summary>
    private static void AppendEscaped(StringBuilder line, string? text)
    {
        foreach (char character in text ?? AccessEntry.Unknown)
        {
            if (character is '"' or '\\')
            {
                line.Append('\\').Append(character);
            }
            else if (character is < ' ' or >= '\x7F' and < '\xA0')
            {
                line.Append(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}");
            }
            else
            {
                line.Append(character);
            }
        }
    }
}
