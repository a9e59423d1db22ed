using System.Text;

namespace Perch.Http.Tests.Engine;

/// <summary>The same bytes give the same answers, wherever the reads split them.</summary>
public sealed class EngineSplitTests
{
    public static TheoryData<string> Connections =>
    [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a%20b?x=1 HTTP/1.1\r\nHost: a\r\nX-One: 1\r\nX-ONE: 2\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\nGET /3 HTTP/1.1\r\nHost: b\r\nConnection: close\r\n\r\nGET /lost HTTP/1.1\r\n",
        "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello worldGET /next HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;ext=\"v\"\r\nhello\r\n6\r\n world\r\n0\r\nX-T: 1\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://other:81/abs?q HTTP/1.1\r\nHost: a\r\n\r\nOPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\nGET /lost HTTP/1.0\r\n\r\n",
        "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /2 HTTP/1.0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX",
        "GET / HTTP/1.1\r\nHost: a\r\nBad Name: 1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\nHost: a\n\n",
        "\r\nHEAD /h HTTP/1.1\r\nHost: a\r\n\r\n",
    ];

    [Theory]
    [MemberData(nameof(Connections))]
    public void EverySplitInTwo_GivesTheSameAnswers(string connection)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(connection);
        string whole = new EngineRun().Feed([bytes]).Output;
        Assert.NotEmpty(whole);
        for (int split = 1; split < bytes.Length; split++)
        {
            Assert.Equal(whole, new EngineRun().Feed([bytes[..split], bytes[split..]]).Output);
        }
    }

    [Theory]
    [MemberData(nameof(Connections))]
    public void ByteByByte_GivesTheSameAnswers(string connection)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(connection);
        Assert.Equal(new EngineRun().Feed([bytes]).Output, new EngineRun().Feed(bytes.Select(value => new[] { value })).Output);
    }

    [Theory]
    [MemberData(nameof(Connections))]
    public void EverySingleByteChanged_IsAnsweredOrRefused_AndNeverThrows(string connection)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(connection);
        foreach (byte value in new byte[] { 0, (byte)'\r', (byte)'\n', (byte)' ', (byte)':', (byte)'0', (byte)'A', 0x7F, 0xFF })
        {
            for (int i = 0; i < bytes.Length; i++)
            {
                byte[] changed = [.. bytes];
                changed[i] = value;
                string whole = new EngineRun().Feed([changed]).Output;
                Assert.Equal(whole, new EngineRun().Feed(changed.Select(b => new[] { b })).Output);
            }
        }
    }
}
