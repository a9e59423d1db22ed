using Perch.Conformance.Clients;
using Perch.Conformance.Tools;

namespace Perch.Conformance.Suite;

public abstract partial class ConformanceSuite
{
    /// <summary>Routes whose answer is the same on every protocol: method and target, body of the request, status, body.</summary>
    private static readonly (string Method, string Target, string? Body, int Status, string Answer)[] Routes =
    [
        ("GET", "/", null, 200, "Hello, World!"),
        ("HEAD", "/", null, 200, ""),
        ("POST", "/", null, 404, "not found"),
        ("POST", "/echo", "a body", 200, "a body"),
        ("PUT", "/echo", "", 200, ""),
        ("GET", "/echo", null, 200, ""),
        ("GET", "/stream?n=3&size=5", null, 200, "xxxxxxxxxxxxxxx"),
        ("GET", "/stream?n=0", null, 200, ""),
        ("GET", "/stream?n=3&size=0", null, 200, ""),
        ("HEAD", "/stream?n=3&size=5", null, 200, ""),
        ("GET", "/status/200", null, 200, ""),
        ("GET", "/status/200?body=1", null, 200, "oops"),
        ("GET", "/status/204", null, 204, ""),
        ("GET", "/status/204?body=1", null, 204, ""),
        ("GET", "/status/205?body=1", null, 205, ""),
        ("GET", "/status/304?body=1", null, 304, ""),
        ("GET", "/status/418?body=1", null, 418, "oops"),
        ("GET", "/status/599", null, 599, ""),
        ("HEAD", "/status/404?body=1", null, 404, ""),
        ("GET", "/nobody-read", null, 200, "not read"),
        ("POST", "/nobody-read", "nobody reads this", 200, "not read"),
        ("GET", "/early-hints", null, 200, "hinted"),
        ("GET", "/slow?ms=1", null, 200, "slow"),
        ("GET", "/state", null, 200, "{\"started\":true}"),
        ("GET", "/last-disconnect", null, 200, "null"),
        ("GET", "/last-disconnect?id=none", null, 200, "null"),
        ("GET", "/nothing/here", null, 404, "not found"),
        ("DELETE", "/status/200", null, 404, "not found"),
    ];

    /// <summary>Every protocol with every route.</summary>
    public static TheoryData<HttpProtocol, string> ProtocolsAndRoutes
    {
        get
        {
            var data = new TheoryData<HttpProtocol, string>();
            foreach (HttpProtocol protocol in Enum.GetValues<HttpProtocol>())
            {
                foreach ((string method, string target, _, _, _) in Routes)
                {
                    data.Add(protocol, $"{method} {target}");
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(ProtocolsAndRoutes))]
    public async Task Route_AnswersAsContracted(HttpProtocol protocol, string route)
    {
        (string method, string target, string? body, int status, string answer) = Array.Find(Routes, entry => $"{entry.Method} {entry.Target}" == route);
        using HttpClient client = protocol.CreateClient(App);
        using var request = new HttpRequestMessage(new HttpMethod(method), Target(target))
        {
            Version = client.DefaultRequestVersion,
            VersionPolicy = client.DefaultVersionPolicy,
            Content = body is null ? null : new StringContent(body),
        };

        using HttpResponseMessage response = await client.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(answer, await response.Content.ReadAsStringAsync());
        Assert.Equal(client.DefaultRequestVersion, response.Version);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Hello_HasItsTypeAndLength(HttpProtocol protocol)
    {
        using HttpClient client = protocol.CreateClient(App);
        using HttpResponseMessage response = await client.GetAsync(Target("/"));

        Assert.Equal("text/plain", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(13, response.Content.Headers.ContentLength);
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Echo_HasTheTypeOfTheRequest(HttpProtocol protocol)
    {
        using HttpClient client = protocol.CreateClient(App);
        using var content = new ByteArrayContent([0, 1, 2, 255]);
        content.Headers.TryAddWithoutValidation("content-type", "application/x-of-ours; a=b");
        using HttpResponseMessage response = await client.PostAsync(Target("/echo"), content);

        Assert.Equal("application/x-of-ours; a=b", response.Content.Headers.ContentType?.ToString());
        Assert.Equal([0, 1, 2, 255], await response.Content.ReadAsByteArrayAsync());
    }

    [TheoryWith(Tool.Curl)]
    [MemberData(nameof(Protocols))]
    public async Task Curl_GetsEveryRoute(HttpProtocol protocol)
    {
        foreach ((string method, string target, string? body, int status, string answer) in Routes)
        {
            string[] how = [.. method == "HEAD" ? ["-I"] : new[] { "-X", method }, .. body is null ? [] : new[] { "--data-binary", body }];
            ToolResult result = await Tool.RunAsync(
                Tool.Curl, ["-sSk", .. protocol.CurlOptions(), .. how, "-w", "\n%{http_code} %{http_version}", protocol.Origin(App) + target]);

            Assert.True(result.ExitCode == 0, $"{method} {target}: {result.Errors}");
            Assert.EndsWith($"{(method == "HEAD" ? "" : answer)}\n{status} {(protocol.IsHttp2() ? "2" : "1.1")}", result.Text, StringComparison.Ordinal);
        }
    }

    [TheoryWith(Tool.Nghttp)]
    [InlineData(HttpProtocol.Http2)]
    [InlineData(HttpProtocol.Http2Tls)]
    public async Task Nghttp_GetsSeveralRoutesOnOneConnection(HttpProtocol protocol)
    {
        string origin = protocol.Origin(App);
        ToolResult result = await Tool.RunAsync(
            Tool.Nghttp, "-v", "--no-dep", $"{origin}/", $"{origin}/stream?n=2&size=4", $"{origin}/status/204", $"{origin}/trailers");

        Assert.Equal(0, result.ExitCode);
        foreach (string expected in new[] { "Hello, World!", "xxxxxxxx", ":status: 204", "with trailers", "x-sum: 42" })
        {
            Assert.Contains(expected, result.Text, StringComparison.Ordinal);
        }
    }

    [TheoryWith(Tool.Curl)]
    [MemberData(nameof(Protocols))]
    public async Task Curl_FirstLineOfTheAnswerNamesTheProtocol(HttpProtocol protocol)
    {
        ToolResult result = await Tool.RunAsync(Tool.Curl, ["-sSik", .. protocol.CurlOptions(), protocol.Origin(App) + "/"]);

        Assert.StartsWith(protocol.IsHttp2() ? "HTTP/2 200" : "HTTP/1.1 200", result.Text, StringComparison.Ordinal);
    }
}
