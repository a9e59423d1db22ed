using System.Globalization;

namespace Perch.Http.Tests.Connections;

/// <summary>The same connections with each parser behind the seam: only what all must agree on.</summary>
public sealed class ParserKindTests
{
    public static TheoryData<string, string> Connections => new()
    {
        { Apps.Get + Apps.Get, "200 /  | 200 / " },
        { "GET /a%20b?x=1 HTTP/1.1\r\nHost: a\r\nX-One: 1\r\n\r\n", "200 /a b " },
        { "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" + Apps.Get, "200 /p hello | 200 / " },
        { "POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n" + Apps.Get, "200 /p hello | 200 / " },
        { "GET /old HTTP/1.0\r\n\r\n" + Apps.Get, "200 /old " },
        { "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + Apps.Get, "200 /last " },
        { "GET / HTTP/1.1\r\n\r\n" + Apps.Get, "400" },
        { "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", "400" },
        { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "400" },
        { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\n", "400" },
        { "GET / HTTP/1.1\r\nHost: a\r\nNoColon\r\n\r\n", "400" },
        { "GET / HTTP/3.7\r\nHost: a\r\n\r\n", "505" },
    };

    [Theory]
    [MemberData(nameof(Connections))]
    public Task OurParser_AnswersAlike_HoweverItIsSplit(string input, string expected) => AssertAnswersAsync(HttpParserKind.Perch, input, expected);

    [Theory]
    [MemberData(nameof(Connections))]
    public Task KestrelsParser_AnswersAlike_HoweverItIsSplit(string input, string expected) => AssertAnswersAsync(HttpParserKind.Kestrel, input, expected);

    [TheoryWithLlhttp]
    [MemberData(nameof(Connections))]
    public Task Llhttp_AnswersAlike_HoweverItIsSplit(string input, string expected) => AssertAnswersAsync(HttpParserKind.Llhttp, input, expected);

    private static async Task AssertAnswersAsync(HttpParserKind kind, string input, string expected)
    {
        for (int split = 0; split <= input.Length; split++)
        {
            var run = new GatewayRun(Apps.Echo, options => options.Parser = kind);

            run.Client.Send(input[..split]);
            run.Client.Send(input[split..]);
            run.Client.End();

            string output = await run.Client.ReadToEndAsync();
            await run.AssertGoneAsync();
            Assert.Empty(run.Log.AboveDebug);
            Assert.Equal(expected, Summary(output));
        }
    }

    /// <summary>Status and body of each answer; of a refusal the status alone.</summary>
    private static string Summary(string output)
    {
        var answers = new List<string>();
        while (output.Length > 0)
        {
            string status = output[9..12];
            int body = output.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
            int length = output.IndexOf("content-length: ", StringComparison.Ordinal) + 16;
            int count = int.Parse(output[length..output.IndexOf('\r', length)], CultureInfo.InvariantCulture);
            answers.Add(status == "200" ? $"{status} {output.Substring(body, count)}" : status);
            output = output[(body + count)..];
        }

        return string.Join(" | ", answers);
    }
}
