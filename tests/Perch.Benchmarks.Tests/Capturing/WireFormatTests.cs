using System.Text;
using Perch.Benchmarks.Capturing;

namespace Perch.Benchmarks.Tests.Capturing;

public sealed class WireFormatTests
{
    private const string Get = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
    private const string Post = "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
    private const string Chunked = "PUT /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nt: 1\r\n\r\n";

    [Fact]
    public void RequestsOneBehindTheOther_AreTakenByteForByte() => Assert.Equal(
        [Get, Post, Chunked, Get], Read(Get + Post + Chunked + Get).Select(request => Encoding.ASCII.GetString(request.Bytes.Span)));

    [Theory]
    [InlineData(Get + "GET /b HTTP/1.1\nHost: a\n\n", 4, "refused")]
    [InlineData(Get + Post + "GET / HTTP/1.1\r\nHost: a\r\n", 8, "no end")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc", 1, "content-length")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab", 1, "no end")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", 1, "refused")]
    [InlineData("GET / HTTP/1.0\r\n\r\n", 1, "ends its connection")]
    [InlineData("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", 1, "tunnel")]
    public void WhatCannotBeSent_IsRefusedWithItsLine(string text, int line, string reason)
    {
        CaptureException exception = Assert.Throws<CaptureException>(() => Read(text));

        Assert.Equal(line, exception.Line);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<CapturedRequest> Read(string text) => WireFormat.Read(Encoding.ASCII.GetBytes(text));
}
