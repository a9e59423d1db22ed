using System.Net;
using System.Text;
using Perch.Conformance.Clients;
using Perch.Conformance.Tools;

namespace Perch.Conformance.Suite;

public abstract partial class ConformanceSuite
{
    /// <summary>The routes that fail before the response starts.</summary>
    public static TheoryData<HttpProtocol, string> FailuresBeforeTheStart => Cross("/raise", "/bad-header", "/status/101", "/status/99", "/status/1000");

    /// <summary>The routes whose body does not have the length that they declare.</summary>
    public static TheoryData<HttpProtocol, string> WrongLengths => Cross("/cl-short", "/cl-long");

    [Theory]
    [MemberData(nameof(FailuresBeforeTheStart))]
    public async Task FailureBeforeTheStart_IsA500WithoutDetail(HttpProtocol protocol, string target)
    {
        using HttpClient client = protocol.CreateClient(App);
        using HttpResponseMessage response = await client.GetAsync(Target(target));

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        string body = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain("detail", body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Exception", body, StringComparison.Ordinal);
        Assert.DoesNotContain(target, body, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task FailureAfterTheStart_NeverLooksComplete(HttpProtocol protocol)
    {
        using HttpClient client = protocol.CreateClient(App);
        using var read = new MemoryStream();
        Exception? failure = await Record.ExceptionAsync(async () =>
        {
            using HttpResponseMessage response = await client.GetAsync(Target("/raise-late"), HttpCompletionOption.ResponseHeadersRead);
            using Stream body = await response.Content.ReadAsStreamAsync();
            await body.CopyToAsync(read);
        });

        // A reset may overtake what was sent before it.
        Assert.True(failure is IOException or HttpRequestException, $"Not the failure of a response that was cut: {failure}");
        Assert.Contains(Encoding.ASCII.GetString(read.ToArray()), new[] { "", "partial" });
        if (protocol.IsHttp2())
        {
            Assert.IsType<HttpProtocolException>(failure is HttpRequestException ? failure.InnerException : failure);

            // The stream alone has failed.
            Assert.Equal("Hello, World!", await client.GetStringAsync(Target("/")));
        }
    }

    [Fact]
    public async Task FailureAfterTheStart_CutsTheConnectionOnHttp1()
    {
        using RawClient client = await ConnectAsync();
        await client.SendAsync("GET /raise-late HTTP/1.1\r\nHost: localhost\r\n\r\n");
        string bytes = await client.ReadToEndAsync();

        int end = bytes.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        Assert.Contains(end < 0 ? "" : bytes[(end + 4)..], new[] { "", "7\r\npartial\r\n" });
    }

    [FactWith(Tool.Nghttp)]
    public async Task FailureAfterTheStart_ResetsTheStreamOnHttp2()
    {
        ToolResult result = await Tool.RunAsync(Tool.Nghttp, "-v", HttpProtocol.Http2.Origin(App) + "/raise-late");

        Assert.Contains("recv RST_STREAM frame", result.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("recv GOAWAY", result.Text, StringComparison.Ordinal);
    }

    [FactWith(Tool.Curl)]
    public async Task FailureAfterTheStart_IsAnErrorForCurl()
    {
        foreach (HttpProtocol protocol in Enum.GetValues<HttpProtocol>())
        {
            ToolResult result = await Tool.RunAsync(Tool.Curl, ["-sSk", .. protocol.CurlOptions(), protocol.Origin(App) + "/raise-late"]);

            Assert.True(result.ExitCode != 0, $"{protocol}: curl took it for a whole response");
        }
    }

    [Theory]
    [MemberData(nameof(WrongLengths))]
    public async Task WrongLength_NeverGivesAWholeResponse(HttpProtocol protocol, string target)
    {
        using HttpClient client = protocol.CreateClient(App);
        try
        {
            using HttpResponseMessage response = await client.GetAsync(Target(target));
            Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        }
        catch (HttpRequestException)
        {
            // Cut off: as good.
        }
    }

    [Theory]
    [InlineData("/cl-short")]
    [InlineData("/cl-long")]
    public async Task WrongLength_IsNeverOnTheWire(string target)
    {
        using RawClient client = await ConnectAsync();
        await client.SendAsync($"GET {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        string bytes = await client.ReadToEndAsync();
        if (!bytes.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
        {
            Assert.StartsWith("HTTP/1.1 500", bytes, StringComparison.Ordinal);
            return;
        }

        string body = bytes[(bytes.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        Assert.True(body.Length < (target == "/cl-short" ? 10 : 5), $"The body has the length that a client takes for whole: {body.Length}");
    }

    [Fact]
    public async Task BadHeader_IsNotOnTheWireInAnyPart()
    {
        using RawClient client = await ConnectAsync();
        await client.SendAsync("GET /bad-header HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        string bytes = await client.ReadToEndAsync();

        Assert.StartsWith("HTTP/1.1 500 ", bytes, StringComparison.Ordinal);
        foreach (string part in new[] { "x-before", "x-bad", "x-injected" })
        {
            Assert.DoesNotContain(part, bytes, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Failure_IsLoggedWithMethodAndPath()
    {
        string id = NewId();
        using HttpClient client = HttpProtocol.Http1.CreateClient(App);
        using HttpResponseMessage response = await client.GetAsync(Target($"/raise?{id}"));
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);

        string errors = await Wait.Until(
            () => Task.FromResult(App.Errors is var text && text.Contains("/raise: a detail", StringComparison.Ordinal) ? text : null), "the log of /raise");

        Assert.Contains("GET /raise", errors, StringComparison.Ordinal);
    }

    private static TheoryData<HttpProtocol, string> Cross(params string[] targets)
    {
        var data = new TheoryData<HttpProtocol, string>();
        foreach (HttpProtocol protocol in Enum.GetValues<HttpProtocol>())
        {
            foreach (string target in targets)
            {
                data.Add(protocol, target);
            }
        }

        return data;
    }
}
