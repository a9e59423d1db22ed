using System.Text;
using Perch.Http.Parsing;
using Perch.Http.Parsing.Scanning;

namespace Perch.Http.Tests.Parsing;

/// <summary>Parses heads in every way there is and writes down what came out, so that results can be compared as text.</summary>
internal static class Heads
{
    internal delegate ParseResult Parser(ReadOnlySpan<byte> bytes, ref RequestHead head, Span<ulong> fields, in HeadLimits limits);

    /// <summary>The widths that this machine has.</summary>
    internal static IReadOnlyList<(string Name, Parser Parse)> Widths { get; } =
        new (string, bool, Parser)[]
        {
            ("scalar", ScalarIsa.IsSupported, RequestHeadParser.Parse<ScalarIsa>),
            ("128", Isa128.IsSupported, RequestHeadParser.Parse<Isa128>),
            ("256", Isa256.IsSupported, RequestHeadParser.Parse<Isa256>),
            ("512", Isa512.IsSupported, RequestHeadParser.Parse<Isa512>),
            ("default", true, RequestHeadParser.Parse),
        }.Where(width => width.Item2).Select(width => (width.Item1, width.Item3)).ToArray();

    internal static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);

    internal static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    /// <summary>A request with this line and nothing but a Host.</summary>
    internal static string WithLine(string line) => line + "\r\nHost: a\r\n\r\n";

    /// <summary>A request with these field lines after a Host.</summary>
    internal static string WithFields(string fields, string version = "1.1") => $"POST / HTTP/{version}\r\nHost: a\r\n{fields}\r\n\r\n";

    /// <summary>What becomes of a text: the same in all widths and for all ways to split it, which this checks as well.</summary>
    internal static RejectReason Reason(string text)
    {
        var bytes = Bytes(text);
        var expected = Describe(bytes, Widths[0].Parse, HeadLimits.Default);
        foreach (var (name, parse) in Widths)
            Assert.Equal((name, expected), (name, Describe(bytes, parse, HeadLimits.Default)));
        Assert.Equal(expected, DescribeByteByByte(bytes, HeadLimits.Default));
        return Parse(text, out _).Reason;
    }

    internal static ParseResult Parse(string text, out RequestHead head)
    {
        head = default;
        return RequestHeadParser.Parse(Bytes(text), ref head, new ulong[HeadLimits.Default.TableLength], HeadLimits.Default);
    }

    internal static RequestHead Accept(string text)
    {
        var result = Parse(text, out var head);
        Assert.Equal((ParseStatus.Done, RejectReason.None), (result.Status, result.Reason));
        Assert.Equal(RejectReason.None, Reason(text));
        return head;
    }

    internal static string Describe(ReadOnlySpan<byte> bytes, Parser parse, in HeadLimits limits)
    {
        RequestHead head = default;
        var fields = new ulong[limits.TableLength];
        var result = parse(bytes, ref head, fields, limits);
        return Describe(result, head, fields);
    }

    /// <summary>The same bytes in reads that end at these positions.</summary>
    internal static string DescribeInParts(ReadOnlySpan<byte> bytes, Parser parse, in HeadLimits limits, IEnumerable<int> ends)
    {
        RequestHead head = default;
        var fields = new ulong[limits.TableLength];
        var result = ParseResult.NeedMore;
        foreach (var end in ends)
        {
            result = parse(bytes[..end], ref head, fields, limits);
            if (result.Status != ParseStatus.NeedMore) break;
        }

        return Describe(result, head, fields);
    }

    internal static string DescribeByteByByte(ReadOnlySpan<byte> bytes, in HeadLimits limits) =>
        DescribeInParts(bytes, RequestHeadParser.Parse, limits, Enumerable.Range(0, bytes.Length + 1));

    internal static string Describe(ParseResult result, RequestHead head, ReadOnlySpan<ulong> fields)
    {
        if (result.Status != ParseStatus.Done) return $"{result.Status} {result.Reason}";
        var text = new StringBuilder();
        text.Append($"Done {result.Consumed} {head.Method} {head.MethodRange} {head.TargetForm} {head.Target} {head.PathAndQuery} ");
        text.Append($"{head.Host} {head.ContentLength} {head.Facts}");
        foreach (var field in fields[..head.FieldCount])
        {
            var entry = new FieldEntry(field);
            text.Append($" {entry.NameStart}-{entry.NameEnd}-{entry.LineEnd}");
        }

        return text.ToString();
    }
}
