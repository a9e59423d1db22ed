using System.Text;
using Perch.Http.Parsing;

namespace Perch.Http.Tests.Parsing;

public class ChunkedDecoderTests
{
    private static readonly BodyLimits Limits = new(MaxBodyBytes: 1000, MaxChunkExtensionBytes: 40, MaxTrailerBytes: 60, MaxTrailerFields: 3);

    // RFC 9112 7.1 to 7.1.2.
    [Theory]
    [InlineData("0\r\n\r\n", "")]
    [InlineData("5\r\nhello\r\n0\r\n\r\n", "hello")]
    [InlineData("5\r\nhello\r\n00A\r\n, the world\r\n000\r\n\r\n", "hello, the worl")]
    [InlineData("1;a\r\nx\r\n0;b=c;d=\"e;\\\"\r\"\r\n\r\n", null)]
    [InlineData("1;a\r\nx\r\n0;b=c;d=\"e; \\\"\t\xFF\"\r\n\r\n", "x")]
    [InlineData("1 ; a = b\r\nx\r\n0\r\n\r\n", "x")]
    [InlineData("1\r\nx\r\n0\r\nA: b\r\nTransfer-Encoding: x\r\n\r\n", "x")]
    public void Body_IsDecoded(string wire, string? content)
    {
        if (content == "hello, the worl") wire = wire.Replace(", the world", ", the worl", StringComparison.Ordinal);
        var expected = content is null ? "InvalidChunkExtension" : $"{content}|Done|{wire.Length}";
        Check(wire + "GET /", expected);
    }

    // The same clauses, each byte that is wrong.
    [Theory]
    [InlineData("\r\n", "InvalidChunkSize")]
    [InlineData("x\r\n", "InvalidChunkSize")]
    [InlineData("+5\r\n", "InvalidChunkSize")]
    [InlineData("-1\r\n", "InvalidChunkSize")]
    [InlineData("0x5\r\n", "InvalidChunkSize")]
    [InlineData(" 5\r\n", "InvalidChunkSize")]
    [InlineData("5 \r\n", "InvalidChunkExtension")]
    [InlineData("5\n", "BareLineFeed")]
    [InlineData("5\rx", "BareCarriageReturn")]
    [InlineData("8000000000000000\r\n", "InvalidChunkSize")]
    [InlineData("10000000000000000\r\n", "InvalidChunkSize")]
    [InlineData("00000000000000001\r\n", "InvalidChunkSize")]
    [InlineData("3e9\r\n", "BodyTooLarge")]
    [InlineData("7FFFFFFFFFFFFFFF\r\n", "BodyTooLarge")]
    [InlineData("1\r\nxx", "InvalidChunkEnd")]
    [InlineData("1\r\nx\n", "InvalidChunkEnd")]
    [InlineData("1\r\nx\rx", "InvalidChunkEnd")]
    [InlineData("1;\r\n", "InvalidChunkExtension")]
    [InlineData("1;a=\r\n", "InvalidChunkExtension")]
    [InlineData("1;=b\r\n", "InvalidChunkExtension")]
    [InlineData("1;a b\r\n", "InvalidChunkExtension")]
    [InlineData("1;a=b c\r\n", "InvalidChunkExtension")]
    [InlineData("1;a=\"b\"c\r\n", "InvalidChunkExtension")]
    [InlineData("1;a=\"b\r\n", "InvalidChunkExtension")]
    [InlineData("1;a\n", "InvalidChunkExtension")]
    [InlineData("1;a\rb\r\n", "BareCarriageReturn")]
    [InlineData("1;a=\"\\\n\"\r\n", "InvalidChunkExtension")]
    [InlineData("1;aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", "ChunkExtensionsTooLarge")]
    [InlineData("0\r\nA : b\r\n", "WhitespaceBeforeColon")]
    [InlineData("0\r\n A: b\r\n", "ObsoleteLineFolding")]
    [InlineData("0\r\n: b\r\n", "EmptyFieldName")]
    [InlineData("0\r\nA\r\n", "InvalidFieldName")]
    [InlineData("0\r\nA: \0\r\n", "InvalidFieldValue")]
    [InlineData("0\r\nA: b\n", "BareLineFeed")]
    [InlineData("0\r\nA: b\rc", "BareCarriageReturn")]
    [InlineData("0\r\n\n", "BareLineFeed")]
    [InlineData("0\r\n\rx", "BareCarriageReturn")]
    [InlineData("0\r\nA:\r\nA:\r\nA:\r\nA:\r\n\r\n", "TrailersTooLarge")]
    [InlineData("0\r\nA: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n\r\n", "TrailersTooLarge")]
    public void WrongFraming_IsRejected(string wire, string reason) => Check(wire, reason);

    // The limit is for the body, not for the chunk.
    [Fact]
    public void ExtensionsOfManyChunks_AreCountedTogether() =>
        Check(string.Concat(Enumerable.Repeat("1;a=b\r\nx\r\n", 20)), "ChunkExtensionsTooLarge");

    [Fact]
    public void BodyOverItsLimit_IsRejectedBeforeItComes() => Check("3e8\r\n" + new string('x', 1000) + "\r\n1\r\n", "BodyTooLarge");

    [Fact]
    public void MutatedInput_IsNeverAnException()
    {
        var random = new Random(3);
        for (var i = 0; i < Fuzz.Iterations; i++)
        {
            var bytes = Fuzz.Mutate(random, "5;a=\"b\";c=d\r\nhello\r\n1A\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nA: b\r\n\r\n");
            var whole = Decode(bytes, bytes.Length);
            if (i % 8 == 0) Assert.Equal(whole, Decode(bytes, 1));
            Assert.Equal(whole, Decode(bytes, random.Next(1, 20)));
        }
    }

    // RFC 9112 6.2.
    [Fact]
    public void FixedLength_CountsToItsEnd()
    {
        var decoder = new FixedLengthDecoder(5);
        Assert.Equal(new BodyResult(ParseStatus.NeedMore, RejectReason.None, 3, new ByteRange(0, 3)), decoder.Read("abc"u8));
        Assert.Equal(new BodyResult(ParseStatus.NeedMore, RejectReason.None, 0, new ByteRange(0, 0)), decoder.Read(default));
        Assert.Equal(new BodyResult(ParseStatus.Done, RejectReason.None, 2, new ByteRange(0, 2)), decoder.Read("deGET"u8));
        Assert.Equal(ParseStatus.Done, new FixedLengthDecoder(0).Read("GET"u8).Status);
    }

    private static void Check(string wire, string expected)
    {
        var bytes = Heads.Bytes(wire);
        for (var step = 1; step <= bytes.Length; step++) Assert.Equal(expected, Decode(bytes, step));
    }

    private static string Decode(byte[] bytes, int step)
    {
        var decoder = new ChunkedDecoder(Limits);
        var content = new StringBuilder();
        var position = 0;
        for (var end = 0; end < bytes.Length;)
        {
            end = Math.Min(end + step, bytes.Length);
            while (position < end)
            {
                var input = bytes.AsSpan(position, end - position);
                var result = decoder.Read(input);
                content.Append(Heads.Text(result.Data.Of(input)));
                position += result.Consumed;
                if (result.Status == ParseStatus.Rejected) return result.Reason.ToString();
                if (result.Status == ParseStatus.Done) return $"{content}|Done|{position}";
                Assert.True(result.Consumed > 0);
            }
        }

        return $"{content}|NeedMore";
    }
}
