using System.Text;
using Perch.Benchmarks.Capturing;

namespace Perch.Benchmarks.Tests.Capturing;

public sealed class EditorFormatTests
{
    [Fact]
    public void RequestsBetweenSeparators_AreTakenInOrder()
    {
        IReadOnlyList<CapturedRequest> requests = Read("""
            # what the shop's page asks
            GET https://shop.example/list?page=2#top
            Accept: application/json

            ### the order

            POST /orders HTTP/1.1
            Host: shop.example
            Content-Type: application/json

            {"id": 1,
             "count": 2}

            ###
            // nothing but a comment

            """);

        Assert.Equal(
            [
                "GET /list?page=2 HTTP/1.1\r\nHost: shop.example\r\nAccept: application/json\r\n\r\n",
                "POST /orders HTTP/1.1\r\nHost: shop.example\r\nContent-Type: application/json\r\nContent-Length: 22\r\n\r\n{\"id\": 1,\n \"count\": 2}",
            ],
            requests.Select(request => Encoding.UTF8.GetString(request.Bytes.Span)));
    }

    [Fact]
    public void LinesThatEndWithCrLf_AreTheSame() => Assert.Equal(
        "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nA: b\r\n\r\n",
        Encoding.UTF8.GetString(Assert.Single(Read("GET /\r\nA: b\r\n\r\n")).Bytes.Span));

    [Fact]
    public void Head_IsKnownAsSuch() => Assert.True(Assert.Single(Read("HEAD /")).IsHead);

    [Theory]
    [InlineData("GET /\n\n###\n\nGET\n", 5, "METHOD URL")]
    [InlineData("@host = example.org\nGET /\n", 1, "METHOD URL")]
    [InlineData("GET shop.example/list\n", 1, "neither a path")]
    [InlineData("GET /\nHost: a\nno field\n", 3, "'no field'")]
    [InlineData("GET /\nHost: {{host}}\n", 2, "variables")]
    [InlineData("POST /\nContent-Type: text/plain\n\n< body.txt\n", 4, "files")]
    [InlineData("# one\nGET /\nConnection: close\n", 2, "ends its connection")]
    [InlineData("GET / HTTP/1.0\n", 1, "METHOD URL")]
    [InlineData("POST /\nContent-Length: 5\n\nabc\n", 1, "content-length")]
    [InlineData("POST /\nContent-Length: 2\n\nabc\n", 1, "longer")]
    [InlineData("POST /\nExpect: 100-continue\n\nabc\n", 1, "100")]
    [InlineData("GET /\nHost: a b\n", 1, "refused")]
    public void WhatCannotBeSent_IsRefusedWithItsLine(string text, int line, string reason)
    {
        CaptureException exception = Assert.Throws<CaptureException>(() => Read(text));

        Assert.Equal(line, exception.Line);
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
    }

    private static IReadOnlyList<CapturedRequest> Read(string text) => EditorFormat.Read(Encoding.UTF8.GetBytes(text));
}
