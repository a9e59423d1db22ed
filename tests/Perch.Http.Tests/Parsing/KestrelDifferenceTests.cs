using System.Globalization;
using Perch.Http.Parsing;

namespace Perch.Http.Tests.Parsing;

/// <summary>Compares our verdicts with those of Kestrel's parser: each class of disagreement is explained in docs/parser-differences.md,
/// and no other is allowed.</summary>
public class KestrelDifferenceTests
{
    private const string Document = "parser-differences.md";

    [Fact]
    public void EveryDisagreement_IsExplained()
    {
        var explained = ReadTable();
        var random = new Random(4);
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        string[] corpus = [.. Corpus.All, "GET /  HTTP/1.1\r\nHost: a\r\n\r\n", "GET  HTTP/1.1\r\nHost: a\r\n\r\n", "\r\nGET /"];
        for (var i = 0; i < Fuzz.Iterations; i++)
        {
            // The first rounds take the corpus as it is.
            var bytes = i < corpus.Length ? Heads.Bytes(corpus[i]) : Fuzz.Mutate(random, corpus[random.Next(corpus.Length)]);
            if (Compare(bytes) is { } difference) found.TryAdd(difference, Convert.ToHexString(bytes) + " = " + Heads.Text(bytes));
        }

        var unexplained = found.Where(difference => !explained.Contains(difference.Key));
        Assert.Empty(unexplained.Select(difference => $"| {difference.Key} | is not explained; for example {difference.Value}"));

        // A row that no input shows is wrong or out of date. The default number of inputs shows all of them.
        Assert.Empty(explained.Except(found.Keys));
    }

    private static string? Compare(byte[] bytes)
    {
        RequestHead head = default;
        var fields = new ulong[HeadLimits.Default.TableLength];
        var result = RequestHeadParser.Parse(bytes, ref head, fields, HeadLimits.Default);
        var ours = result.Status switch
        {
            ParseStatus.Done => "accepted",
            ParseStatus.NeedMore => "incomplete",
            _ => result.Reason.Name(),
        };
        var kestrel = KestrelHead.Parse(bytes);

        // A request that ours has refused early, and that Kestrel still waits for, is one class whatever the reason.
        if (result.Status == ParseStatus.Rejected)
        {
            return kestrel.Verdict switch
            {
                "refused" => null,
                "incomplete" => "any reason | incomplete",
                _ => $"{ours} | {kestrel.Verdict}",
            };
        }

        if (ours != kestrel.Verdict)
            return $"{ours}{(bytes is [(byte)'\r', (byte)'\n', ..] ? " after an empty line" : "")} | {kestrel.Verdict}";
        if (ours == "incomplete") return null;

        var line = string.Create(
            CultureInfo.InvariantCulture,
            $"{Heads.Text(head.MethodRange.Of(bytes))} {Heads.Text(head.Target.Of(bytes))} {(head.Has(HeadFacts.Http10) ? "Http10" : "Http11")}");
        var lines = fields[..head.FieldCount].Select(field => new FieldEntry(field))
            .Select(entry => (Heads.Text(entry.Name(bytes)), Heads.Text(entry.Value(bytes))));
        return line == kestrel.Line && lines.SequenceEqual(kestrel.Fields) ? null : "accepted | accepted, and read otherwise";
    }

    private static HashSet<string> ReadTable()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "docs", Document))) directory = directory.Parent;
        return File.ReadAllLines(Path.Combine(directory.FullName, "docs", Document))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Skip(2)
            .Select(line => string.Join(" | ", line.Split('|', StringSplitOptions.TrimEntries)[1..3]))
            .ToHashSet(StringComparer.Ordinal);
    }
}
