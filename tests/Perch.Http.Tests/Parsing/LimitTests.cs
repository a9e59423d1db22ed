using Perch.Http.Parsing;

namespace Perch.Http.Tests.Parsing;

public class LimitTests
{
    private static readonly HeadLimits Small = new(maxRequestLineBytes: 40, maxHeadBytes: 200, maxFields: 3);

    // RFC 9112 3: a server that gets a longer request-target than it wishes to parse MUST respond with 414.
    [Theory]
    [InlineData(40, "None")]
    [InlineData(41, "RequestLineTooLong")]
    [InlineData(150, "RequestLineTooLong")]
    [InlineData(500, "RequestLineTooLong")]
    public void RequestLine_HasALimit(int length, string reason) =>
        Check(Heads.WithLine($"GET /{new string('x', length - 14)} HTTP/1.1"), reason);

    // RFC 6585 5: 431.
    [Theory]
    [InlineData(200, "None")]
    [InlineData(201, "HeadTooLarge")]
    [InlineData(202, "HeadTooLarge")]
    [InlineData(500, "HeadTooLarge")]
    public void Head_HasALimit(int length, string reason) =>
        Check($"GET / HTTP/1.1\r\nHost: a\r\nX: {new string('x', length - 32)}\r\n\r\n", reason);

    // RFC 6585 5: 431.
    [Theory]
    [InlineData(2, "None")]
    [InlineData(3, "TooManyFields")]
    [InlineData(30, "TooManyFields")]
    public void Fields_HaveALimit(int others, string reason) =>
        Check("GET / HTTP/1.1\r\nHost: a\r\n" + string.Concat(Enumerable.Repeat("A:\r\n", others)) + "\r\n", reason);

    // Wherever among more lines than a byte can count the ones are that matter.
    [Theory]
    [InlineData(0, 256)]
    [InlineData(1, 2)]
    [InlineData(254, 255)]
    [InlineData(255, 256)]
    [InlineData(256, 0)]
    [InlineData(257, 511)]
    [InlineData(511, 512)]
    public void FieldsThatMatterAmongManyOthers_AreFound(int host, int contentLength)
    {
        var limits = new HeadLimits(maxRequestLineBytes: 100, maxHeadBytes: 10_000, maxFields: 600);
        foreach (var others in new[] { 254, 255, 256, 257, 598 })
        {
            var fields = Enumerable.Repeat("A:\r\n", others).ToList();
            fields.Insert(Math.Min(host, fields.Count), "Host: a\r\n");
            fields.Insert(Math.Min(contentLength, fields.Count), "Content-Length: 5\r\n");
            var bytes = Heads.Bytes("POST / HTTP/1.1\r\n" + string.Concat(fields) + "\r\n");
            var expected = Heads.DescribeByteByByte(bytes, limits);
            Assert.StartsWith("Done", expected, StringComparison.Ordinal);
            Assert.Contains(" 5 HasHost ", expected, StringComparison.Ordinal);
            foreach (var (_, parse) in Heads.Widths) Assert.Equal(expected, Heads.Describe(bytes, parse, limits));
        }
    }

    [Fact]
    public void WhatIsPastALimit_IsNotLookedAt()
    {
        Check($"GET /{new string('x', 100)}\0", "RequestLineTooLong");
        Check($"GET / HTTP/1.1\r\nHost: a\r\nX: {new string('x', 300)}\0", "HeadTooLarge");
        Check("GET / HTTP/1.1\r\nHost: a\r\nB:\r\nC:\r\nD\0", "TooManyFields");
    }

    [Fact]
    public void IncompleteHead_IsRejectedAtTheLimit()
    {
        RequestHead head = default;
        var fields = new ulong[Small.TableLength];
        var bytes = Heads.Bytes("GET / HTTP/1.1\r\nX: " + new string('x', 181));
        Assert.Equal(ParseStatus.NeedMore, RequestHeadParser.Parse(bytes.AsSpan(0, 199), ref head, fields, Small).Status);
        Assert.Equal(RejectReason.HeadTooLarge, RequestHeadParser.Parse(bytes, ref head, fields, Small).Reason);
    }

    [Fact]
    public void TableThatIsTooShort_Throws() => Assert.Throws<ArgumentException>(() =>
    {
        RequestHead head = default;
        RequestHeadParser.Parse("GET"u8, ref head, new ulong[Small.TableLength - 1], Small);
    });

    // A client that sends one byte at a time must not cost more with every byte.
    [Fact]
    public void ByteByByteInput_TakesTimeInProportion()
    {
        var bytes = Heads.Bytes("GET / HTTP/1.1\r\nHost: a\r\n" + string.Concat(Enumerable.Repeat("X: " + new string('x', 300) + "\r\n", 90)) + "\r\n");
        Assert.StartsWith("Done", Heads.DescribeByteByByte(bytes, HeadLimits.Default), StringComparison.Ordinal);
    }

    private static void Check(string text, string reason)
    {
        var bytes = Heads.Bytes(text);
        foreach (var (name, parse) in Heads.Widths)
        {
            var whole = Heads.Describe(bytes, parse, Small);
            Assert.Equal((name, reason), (name, whole.StartsWith("Done", StringComparison.Ordinal) ? "None" : whole.Split(' ')[1]));
            Assert.Equal(whole, Heads.DescribeInParts(bytes, parse, Small, Enumerable.Range(0, bytes.Length + 1)));
        }
    }
}
