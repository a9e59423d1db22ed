using Perch.Http.Parsing;

namespace Perch.Http.Tests.Parsing;

/// <summary>What must hold for every input, over inputs that are made from the corpus.</summary>
public class GeneratedHeadTests
{
    private static readonly HeadLimits Limits = HeadLimits.Default;

    [Fact]
    public void EveryAcceptedText_IsAccepted() => Assert.All(Corpus.Accepted, text => Heads.Accept(text));

    // RFC 9112 2.2: parsing is by octets as they come; the verdict is that of the shortest prefix that has one.
    [Fact]
    public void EveryPrefix_NeedsMoreOrHasTheVerdictOfTheWhole()
    {
        foreach (var text in Corpus.All)
        {
            var bytes = Heads.Bytes(text);
            var whole = Heads.Describe(bytes, RequestHeadParser.Parse, Limits);
            var isDecided = false;
            for (var length = 0; length <= bytes.Length; length++)
            {
                var verdict = Heads.Describe(bytes.AsSpan(0, length), RequestHeadParser.Parse, Limits);
                isDecided |= verdict == whole;
                Assert.Equal(isDecided ? whole : "NeedMore None", verdict);
            }
        }
    }

    [Fact]
    public void EverySplit_GivesTheSameResult()
    {
        foreach (var text in Corpus.All)
        {
            var bytes = Heads.Bytes(text);
            foreach (var (name, parse) in Heads.Widths)
            {
                var whole = Heads.Describe(bytes, parse, Limits);
                for (var split = 0; split <= bytes.Length; split++)
                    Assert.Equal((name, split, whole), (name, split, Heads.DescribeInParts(bytes, parse, Limits, [split, bytes.Length])));
                Assert.Equal(whole, Heads.DescribeInParts(bytes, parse, Limits, Enumerable.Range(0, bytes.Length + 1)));
            }
        }
    }

    [Fact]
    public void EverySingleByteChange_HasOneVerdictInAllWidths()
    {
        foreach (var text in Corpus.Accepted)
        {
            var bytes = Heads.Bytes(text);
            for (var at = 0; at < bytes.Length; at++)
            {
                var original = bytes[at];
                for (var value = 0; value < 256; value++)
                {
                    // All values near the structure, every seventh in the long runs.
                    if (bytes.Length > 150 && (value + at) % 7 != 0) continue;
                    bytes[at] = (byte)value;
                    var expected = Heads.Describe(bytes, Heads.Widths[0].Parse, Limits);
                    foreach (var (name, parse) in Heads.Widths.Skip(1))
                        if (Heads.Describe(bytes, parse, Limits) is var actual && actual != expected)
                            Assert.Fail($"{name}: byte {at} as {value} of {text}: {actual}, not {expected}");
                }

                bytes[at] = original;
            }
        }
    }

    // The property: accepted, or a reject reason; never an exception, and never a read outside of the buffer.
    [Fact]
    public void MutatedInput_IsAcceptedOrRejectedTheSameWayHoweverItComes()
    {
        var random = new Random(1);
        using var guarded = GuardedBuffer.IsSupported ? new GuardedBuffer(1 << 16) : null;
        for (var i = 0; i < Fuzz.Iterations; i++)
        {
            var bytes = Fuzz.Mutate(random, Corpus.Accepted[random.Next(Corpus.Accepted.Count)]);
            var expected = Heads.Describe(bytes, Heads.Widths[0].Parse, Limits);
            foreach (var (_, parse) in Heads.Widths)
            {
                if (guarded is not null)
                {
                    Check(expected, Heads.Describe(guarded.AtEnd(bytes), parse, Limits), bytes);
                    Check(expected, Heads.Describe(guarded.AtStart(bytes), parse, Limits), bytes);
                }
                else
                {
                    Check(expected, Heads.Describe(bytes, parse, Limits), bytes);
                }
            }

            var split = random.Next(bytes.Length + 1);
            Check(expected, Heads.DescribeInParts(bytes, RequestHeadParser.Parse, Limits, [split, bytes.Length]), bytes);
            if (i % 16 == 0) Check(expected, Heads.DescribeByteByByte(bytes, Limits), bytes);
        }
    }

    [Fact]
    public void RandomBytes_AreNeverAnException()
    {
        var random = new Random(2);
        using var guarded = GuardedBuffer.IsSupported ? new GuardedBuffer(1 << 16) : null;
        for (var i = 0; i < Fuzz.Iterations; i++)
        {
            var bytes = new byte[random.Next(300)];
            random.NextBytes(bytes);
            if (i % 2 == 0) "GET / HTTP/1.1\r\n"u8[..Math.Min(16, bytes.Length)].CopyTo(bytes);
            Span<byte> place = guarded is null ? bytes : guarded.AtEnd(bytes);
            var expected = Heads.Describe(place, Heads.Widths[0].Parse, Limits);
            foreach (var (_, parse) in Heads.Widths) Check(expected, Heads.Describe(place, parse, Limits), bytes);
        }
    }

    [Fact]
    public void EveryPositionAgainstAGuardPage_IsRead()
    {
        if (!GuardedBuffer.IsSupported) return;
        using var guarded = new GuardedBuffer(1 << 16);
        foreach (var text in Corpus.All)
        {
            var bytes = Heads.Bytes(text);
            for (var length = 0; length <= bytes.Length; length++)
            {
                foreach (var (_, parse) in Heads.Widths)
                {
                    var expected = Heads.Describe(bytes.AsSpan(0, length), parse, Limits);
                    Assert.Equal(expected, Heads.Describe(guarded.AtEnd(bytes.AsSpan(0, length)), parse, Limits));
                    Assert.Equal(expected, Heads.Describe(guarded.AtStart(bytes.AsSpan(0, length)), parse, Limits));
                }
            }
        }
    }

    // Longer than what is copied there to be read.
    [Theory]
    [InlineData(4000)]
    [InlineData(5000)]
    public void LongHeadAgainstAGuardPage_IsRead(int length)
    {
        if (!GuardedBuffer.IsSupported) return;
        using var guarded = new GuardedBuffer(1 << 16);
        var bytes = Heads.Bytes("GET / HTTP/1.1\r\nHost: a\r\nX: " + new string('x', length) + "\r\nY: z\r\n\r\n");
        var expected = Heads.Describe(bytes, RequestHeadParser.Parse, Limits);
        Assert.StartsWith("Done", expected);
        foreach (var (_, parse) in Heads.Widths) Assert.Equal(expected, Heads.Describe(guarded.AtEnd(bytes), parse, Limits));
    }

    // What follows the head, as a body or a pipelined request, changes nothing.
    [Fact]
    public void BytesAfterTheHead_AreNotLookedAt()
    {
        foreach (var text in Corpus.Accepted)
        {
            var expected = Heads.Describe(Heads.Bytes(text), RequestHeadParser.Parse, Limits);
            foreach (var tail in new[] { "\0\0\0", "\r\n\r\n", "\n", "\r", "GET / HTTP/1.1\r\n", new string('\x01', 100), "\r\n\x01\r\n" })
                foreach (var (_, parse) in Heads.Widths)
                    Assert.Equal(expected, Heads.Describe(Heads.Bytes(text + tail), parse, Limits));
        }
    }

    private static void Check(string expected, string actual, byte[] bytes)
    {
        if (expected != actual) Assert.Fail($"{actual}, not {expected}, for {Convert.ToHexString(bytes)} = {Heads.Text(bytes)}");
    }
}
