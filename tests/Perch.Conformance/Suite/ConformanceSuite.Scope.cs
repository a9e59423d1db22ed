using System.Text.Json;
using Perch.Conformance.Clients;
using Perch.Conformance.Hosts;

namespace Perch.Conformance.Suite;

public abstract partial class ConformanceSuite
{
    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Scope_TellsTheRequest(HttpProtocol protocol)
    {
        using HttpClient client = protocol.CreateClient(App);
        using var request = new HttpRequestMessage(HttpMethod.Get, Target("/a/scope?q=1"))
        {
            Version = client.DefaultRequestVersion,
            VersionPolicy = client.DefaultVersionPolicy,
        };
        request.Headers.Add("X-Mixed-Case", "Value");
        using HttpResponseMessage response = await client.SendAsync(request);
        JsonElement scope = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

        Assert.Equal("GET", Text(scope, "method"));
        Assert.Equal("/a/scope", Text(scope, "path"));
        Assert.Equal("/a/scope", Text(scope, "raw_path"));
        Assert.Equal("q=1", Text(scope, "query_string"));
        Assert.Equal(protocol.IsHttp2() ? "2" : "1.1", Text(scope, "http_version"));
        Assert.Equal(protocol.IsTls() ? "https" : "http", Text(scope, "scheme"));
        Assert.Equal("", Text(scope, "root_path"));
        int port = protocol.IsTls() ? App.HttpsPort : App.Port;
        Assert.Equal($"[\"127.0.0.1\",{port}]", scope.GetProperty("server").GetRawText());
        Assert.StartsWith("[\"127.0.0.1\",", scope.GetProperty("client").GetRawText(), StringComparison.Ordinal);
        Assert.Equal(["Value"], Values(scope, "x-mixed-case"));

        // HTTP/2's :authority is the host field, and no other pseudo field is one (ASGI HTTP, "headers").
        Assert.Equal([$"127.0.0.1:{port}"], Values(scope, "host"));
        Assert.DoesNotContain(scope.GetProperty("headers").EnumerateArray(), header => header[0].GetString()!.StartsWith(':'));
    }

    [Fact]
    public async Task Scope_HasTheBytesOfTarget()
    {
        JsonElement scope = await RawScopeAsync("GET /scope/a%2Fb/%C3%A4%20%7e?x=%2f&&y=a+b&z=%ff;?/");

        Assert.Equal("/scope/a%2Fb/%C3%A4%20%7e", Text(scope, "raw_path"));
        Assert.Equal("x=%2f&&y=a+b&z=%ff;?/", Text(scope, "query_string"));
        Assert.Equal(Host.Has(Offers.UntouchedPaths) ? "/scope/a/b/ä ~" : "/scope/a%2Fb/ä ~", Text(scope, "path"));
    }

    [Fact]
    public async Task Scope_KeepsDotSegmentsInRawPath()
    {
        JsonElement scope = await RawScopeAsync("GET /scope/a/../b/./c");

        Assert.Equal("/scope/a/../b/./c", Text(scope, "raw_path"));
        Assert.Equal(Host.Has(Offers.UntouchedPaths) ? "/scope/a/../b/./c" : "/scope/b/c", Text(scope, "path"));
    }

    [Fact]
    public async Task Scope_OfAbsoluteTargetHasItsPath()
    {
        JsonElement scope = await RawScopeAsync("GET http://localhost/scope/%41?x=1");

        Assert.Equal("/scope/%41", Text(scope, "raw_path"));
        Assert.Equal("/scope/A", Text(scope, "path"));
        Assert.Equal("x=1", Text(scope, "query_string"));
    }

    [Fact]
    public async Task Scope_WithoutQueryHasAnEmptyOne()
    {
        Assert.Equal("", Text(await RawScopeAsync("GET /scope"), "query_string"));
        Assert.Equal("", Text(await RawScopeAsync("GET /scope?"), "query_string"));
    }

    [Theory]
    [InlineData("DELETE")]
    [InlineData("PURGE")]
    [InlineData("get")]
    public async Task Scope_HasTheMethodAsItCame(string method) => Assert.Equal(method, Text(await RawScopeAsync($"{method} /scope"), "method"));

    [Fact]
    public async Task Scope_HasRepeatedHeadersInOrder()
    {
        JsonElement scope = await RawScopeAsync("GET /scope", "X-A: 1\r\nX-B: 2\r\nx-a: 3\r\nAccept: a/b\r\nX-A: \r\nAccept: c/d, e/f\r\nX-Empty:\r\n\r\n");

        Assert.Equal(["1", "3", ""], Values(scope, "x-a"));
        Assert.Equal(["2"], Values(scope, "x-b"));
        Assert.Equal(["a/b", "c/d, e/f"], Values(scope, "accept"));
        Assert.Equal([""], Values(scope, "x-empty"));
        Assert.All(scope.GetProperty("headers").EnumerateArray(), header => Assert.Equal(header[0].GetString()!.ToLowerInvariant(), header[0].GetString()));
    }

    [Fact]
    public async Task Scope_HasTheBytesOfHeaderValues()
    {
        // Latin-1, and UTF-8 seen as bytes.
        JsonElement scope = await RawScopeAsync("GET /scope", "X-Latin: caf\u00e9\r\nX-Utf8: caf\u00c3\u00a9\r\nX-Tab: a\tb\r\nX-Spaces: \t a b \t\r\n\r\n");

        Assert.Equal(["caf\u00e9"], Values(scope, "x-latin"));
        Assert.Equal(["caf\u00c3\u00a9"], Values(scope, "x-utf8"));
        Assert.Equal(["a\tb"], Values(scope, "x-tab"));
        Assert.Equal(["a b"], Values(scope, "x-spaces"));
    }

    [Fact]
    public async Task Scope_HasTheClientsAddress()
    {
        using RawClient client = await ConnectAsync();
        RawResponse response = await client.RequestAsync("GET /scope");
        JsonElement scope = JsonDocument.Parse(response.Body).RootElement;

        Assert.Equal($"[\"127.0.0.1\",{client.LocalPort}]", scope.GetProperty("client").GetRawText());
        Assert.Equal($"[\"127.0.0.1\",{App.Port}]", scope.GetProperty("server").GetRawText());
    }

    [Fact]
    public async Task Scope_OfHttp10SaysSo()
    {
        using RawClient client = await ConnectAsync();
        await client.SendAsync("GET /scope HTTP/1.0\r\n\r\n");
        RawResponse response = await ResponseReader.ReadAsync(client);

        Assert.Equal("1.0", Text(JsonDocument.Parse(response.Body).RootElement, "http_version"));
    }

    [Fact]
    public async Task Scope_OfTheNextRequestIsItsOwn()
    {
        using RawClient client = await ConnectAsync();
        for (int i = 0; i < 3; i++)
        {
            RawResponse response = await client.RequestAsync($"POST /scope/{i}?n={i}", $"X-N: {i}\r\nX-{i}: yes\r\nContent-Length: 1\r\n\r\n{i}");
            JsonElement scope = JsonDocument.Parse(response.Body).RootElement;

            Assert.Equal($"/scope/{i}", Text(scope, "path"));
            Assert.Equal($"n={i}", Text(scope, "query_string"));
            Assert.Equal([$"{i}"], Values(scope, "x-n"));
            Assert.Equal([.. Enumerable.Range(0, 3).Where(n => n == i).Select(n => $"x-{n}")], Names(scope).Where(name => name.Length == 3 && char.IsDigit(name[2])));
        }
    }

    [Fact]
    public async Task Scope_OfHttp2HasOneCookieField()
    {
        // RFC 9113 §8.2.3: crumbs are joined before the message leaves HTTP/2.
        using HttpClient client = HttpProtocol.Http2.CreateClient(App);
        client.DefaultRequestHeaders.Add("cookie", "a=1; b=2");
        JsonElement scope = JsonDocument.Parse(await client.GetStringAsync(Target("/scope"))).RootElement;

        Assert.Equal(["a=1; b=2"], Values(scope, "cookie"));
    }

    private async Task<JsonElement> RawScopeAsync(string methodAndTarget, string fields = "\r\n")
    {
        using RawClient client = await ConnectAsync();
        RawResponse response = await client.RequestAsync(methodAndTarget, fields);
        Assert.Equal(200, response.Status);
        return JsonDocument.Parse(response.Body).RootElement;
    }

    private static string? Text(JsonElement scope, string name) => scope.GetProperty(name).GetString();

    private static string[] Names(JsonElement scope) => [.. scope.GetProperty("headers").EnumerateArray().Select(header => header[0].GetString()!)];

    private static string[] Values(JsonElement scope, string name) =>
        [.. scope.GetProperty("headers").EnumerateArray().Where(header => header[0].GetString() == name).Select(header => header[1].GetString()!)];
}
