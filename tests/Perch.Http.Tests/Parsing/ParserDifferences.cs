using System.Globalization;
using Perch.Http.Parsing;

namespace Perch.Http.Tests.Parsing;

/// <summary>
/// Compares our verdicts with those of another parser: each class of disagreement is explained in docs/parser-differences.md, and no other
/// is allowed.
/// </summary>
internal static class ParserDifferences
{
    private const string Document = "parser-differences.md";

    /// <summary>Reads a corpus, as it is and mutated, with both.</summary>
    /// <param name="section">The section of the document that has the table.</param>
    /// <param name="parse">The other parser.</param>
    internal static void AssertExplained(string section, Func<byte[], OtherHead> parse)
    {
        HashSet<string> explained = ReadTable(section);
        var random = new Random(4);
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        string[] corpus =
        [
            .. Corpus.All,
            "GET /  HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET  HTTP/1.1\r\nHost: a\r\n\r\n",
            "\r\nGET /",
            "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: \r\n 5\r\n\r\n",
        ];
        for (int i = 0; i < Fuzz.Iterations; i++)
        {
            // The first rounds take the corpus as it is.
            byte[] bytes = i < corpus.Length ? Heads.Bytes(corpus[i]) : Fuzz.Mutate(random, corpus[random.Next(corpus.Length)]);
            if (Compare(bytes, parse(bytes)) is { } difference)
            {
                found.TryAdd(difference, Convert.ToHexString(bytes) + " = " + Heads.Text(bytes));
            }
        }

        string[] unexplained = [.. found.Where(difference => !explained.Contains(difference.Key))
            .Select(difference => $"| {difference.Key} | is not explained; for example {difference.Value}")];
        Assert.True(unexplained.Length == 0, string.Join('\n', unexplained));

        // A row that no input shows is wrong or out of date. The default number of inputs shows all of them.
        Assert.Empty(explained.Except(found.Keys));
    }

    private static string? Compare(byte[] bytes, OtherHead other)
    {
        RequestHead head = default;
        ulong[] fields = new ulong[HeadLimits.Default.TableLength];
        ParseResult result = RequestHeadParser.Parse(bytes, ref head, fields, HeadLimits.Default);
        string ours = result.Status switch
        {
            ParseStatus.Done => "accepted",
            ParseStatus.NeedMore => "incomplete",
            _ => result.Reason.Name(),
        };

        // A request that ours has refused early, and that the other still waits for, is one class whatever the reason.
        if (result.Status == ParseStatus.Rejected)
        {
            return other.Verdict switch
            {
                "refused" => null,
                "incomplete" => "any reason | incomplete",
                _ => $"{ours} | {other.Verdict}",
            };
        }

        if (ours != other.Verdict)
        {
            return $"{ours}{(bytes is [(byte)'\r', (byte)'\n', ..] ? " after an empty line" : "")} | {other.Verdict}";
        }

        if (ours == "incomplete")
        {
            return null;
        }

        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{Heads.Text(head.MethodRange.Of(bytes))} {Heads.Text(head.Target.Of(bytes))} {(head.Has(HeadFacts.Http10) ? "Http10" : "Http11")}");
        IEnumerable<(string, string)> lines = fields[..head.FieldCount].Select(field => new FieldEntry(field))
            .Select(entry => (Heads.Text(entry.Name(bytes)), Heads.Text(entry.Value(bytes))));
        return line == other.Line && lines.SequenceEqual(other.Fields) ? null : "accepted | accepted, and read otherwise";
    }

    private static HashSet<string> ReadTable(string section)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "docs", Document)))
        {
            directory = directory.Parent;
        }

        return File.ReadAllLines(Path.Combine(directory.FullName, "docs", Document))
            .SkipWhile(line => line != "## " + section)
            .Skip(1)
            .TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Skip(2)
            .Select(line => string.Join(" | ", line.Split('|', StringSplitOptions.TrimEntries)[1..3]))
            .ToHashSet(StringComparer.Ordinal);
    }
}
