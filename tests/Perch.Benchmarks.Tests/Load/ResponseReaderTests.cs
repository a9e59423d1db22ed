using System.Text;
using Perch.Benchmarks.Load;

namespace Perch.Benchmarks.Tests.Load;

public sealed class ResponseReaderTests
{
    private const string Whole = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";
    private const string Chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n";
    private const string ToHead = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n";

    private static readonly ExpectedResponse Abc = new(200, "abc"u8.ToArray());

    [Theory]
    [InlineData(Whole + Chunked + Whole, 3)]
    [InlineData(Chunked + Chunked, 2)]
    public void Answers_AreCountedWhereverTheReadsSplitThem(string text, int answers)
    {
        for (int split = 0; split <= text.Length; split++)
        {
            Assert.Equal(answers, Count(new ResponseReader([Abc], 0), text, split));
        }
    }

    // RFC 9110 §9.3.2.
    [Fact]
    public void AnAnswerToHead_EndsWithItsHead() =>
        Assert.Equal(3, Count(new ResponseReader([Abc, Abc with { IsToHead = true }], 1), ToHead + Whole + ToHead, 40));

    [Theory]
    [InlineData("HTTP/1.1 500 Oops\r\nContent-Length: 3\r\n\r\nabc")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcd")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabd")]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n")]
    public void AWrongAnswer_IsNoticed(string text) =>
        Assert.Throws<WrongResponseException>(() => Count(new ResponseReader([Abc], 0), text, text.Length));

    private static int Count(ResponseReader reader, string text, int split)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(text);
        int consumed = reader.Read(bytes.AsSpan(0, split), out int first);
        consumed += reader.Read(bytes.AsSpan(consumed), out int second);
        Assert.Equal(bytes.Length, consumed);
        return first + second;
    }
}
