using System.Buffers;
using Perch.Http.Parsing;

namespace Perch.Http.Tests.Parsing;

public class ResponseWriterTests
{
    // RFC 9112 4 and 5, RFC 9110 5.6.7 and 8.6.
    [Fact]
    public void Head_IsWritten()
    {
        var writer = new ArrayBufferWriter<byte>();
        ResponseWriter.Continue(ref writer);
        ResponseWriter.StatusLine(ref writer, 200);
        ResponseWriter.Field(ref writer, "content-type"u8, "text/plain"u8);
        ResponseWriter.Field(ref writer, "x"u8, default);
        ResponseWriter.ContentLength(ref writer, long.MaxValue);
        ResponseWriter.ConnectionClose(ref writer);
        ResponseWriter.ConnectionKeepAlive(ref writer);
        ResponseWriter.EndOfHead(ref writer);
        Assert.Equal(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-type: text/plain\r\nx: \r\ncontent-length: 9223372036854775807\r\n"
            + "connection: close\r\nconnection: keep-alive\r\n\r\n",
            Heads.Text(writer.WrittenSpan));
    }

    // RFC 9112 4: three digits; the SP stays when there is no reason.
    [Theory]
    [InlineData(404, "HTTP/1.1 404 Not Found\r\n")]
    [InlineData(299, "HTTP/1.1 299 \r\n")]
    [InlineData(999, "HTTP/1.1 999 \r\n")]
    public void EveryThreeDigitStatus_HasItsLine(int status, string line) => Assert.Equal(line, Heads.Text(StatusLines.Get(status)));

    [Theory]
    [InlineData(99)]
    [InlineData(1000)]
    public void OtherStatus_Throws(int status) => Assert.Throws<ArgumentOutOfRangeException>(() => { StatusLines.Get(status); });

    // RFC 9112 7.1: what we write is what we read.
    [Fact]
    public void Chunks_AreReadBack()
    {
        var writer = new ArrayBufferWriter<byte>();
        ResponseWriter.Chunked(ref writer);
        var head = writer.WrittenCount;
        ResponseWriter.Chunk(ref writer, default);
        ResponseWriter.Chunk(ref writer, "hello"u8);
        ResponseWriter.ChunkStart(ref writer, 26);
        ResponseWriter.Raw(ref writer, "abcdefghijklmnopqrstuvwxyz"u8);
        ResponseWriter.ChunkEnd(ref writer);
        ResponseWriter.LastChunk(ref writer);
        ResponseWriter.Field(ref writer, "a"u8, "b"u8);
        ResponseWriter.EndOfHead(ref writer);
        Assert.Equal(
            "transfer-encoding: chunked\r\n5\r\nhello\r\n1a\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\na: b\r\n\r\n", Heads.Text(writer.WrittenSpan));

        var decoder = new ChunkedDecoder(BodyLimits.Default);
        var input = writer.WrittenSpan[head..];
        var content = "";
        BodyResult result;
        do
        {
            result = decoder.Read(input);
            content += Heads.Text(result.Data.Of(input));
            input = input[result.Consumed..];
        }
        while (result.Status == ParseStatus.NeedMore);
        Assert.Equal("helloabcdefghijklmnopqrstuvwxyz", content);
    }

    // RFC 9110 6.6.1.
    [Fact]
    public void Date_IsThatOfTheLastRenewal()
    {
        var time = new Clock { Now = new DateTimeOffset(2026, 11, 1, 4, 4, 50, 900, TimeSpan.Zero) };
        var date = new DateLine(time);
        Assert.Equal("date: Sun, 01 Nov 2026 04:04:50 GMT\r\n", Heads.Text(date.Bytes));
        Assert.Equal(DateLine.Length, date.Bytes.Length);
        time.Now += TimeSpan.FromMilliseconds(100);
        date.Renew();
        Assert.Equal("date: Sun, 01 Nov 2026 04:04:51 GMT\r\n", Heads.Text(date.Bytes));
    }

    [Fact]
    public void Writing_DoesNotAllocate()
    {
        var writer = new ArrayBufferWriter<byte>(4096);
        var date = new DateLine(new Clock());
        long allocated = 0;
        for (var i = 0; i < 3; i++)
        {
            writer.ResetWrittenCount();
            var before = GC.GetAllocatedBytesForCurrentThread();
            ResponseWriter.StatusLine(ref writer, 200);
            ResponseWriter.Date(ref writer, date);
            ResponseWriter.ContentLength(ref writer, 13);
            ResponseWriter.ChunkStart(ref writer, 13);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    private sealed class Clock : TimeProvider
    {
        internal DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
