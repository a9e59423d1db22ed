using System.Text;
using Perch.AspNetCore.Tests.Support;

namespace Perch.AspNetCore.Tests.Mounting;

public class HeaderBytesTests
{
    private static readonly GatewayApp Echo = Apps.Http(async (http, _, send) =>
    {
        await send(new HttpResponseStart(200, [.. http.Headers.Where(header => header.NameText.StartsWith("x-", StringComparison.Ordinal))]));
        await send(new HttpResponseBody(Encoding.ASCII.GetBytes(string.Join('\n', http.Headers.Select(header => $"{header.NameText}={Convert.ToHexString(header.Value.Span)}")))));
    });

    [Theory]
    [InlineData("\u00e9\u00ff")]
    [InlineData("\u00c3\u00a9")]
    [InlineData("\u0080")]
    public async Task With_Latin_1_every_byte_comes_and_goes_as_it_is(string value)
    {
        await using TestServer server = await TestServer.StartAsync(Echo);
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync($"GET / HTTP/1.1\r\nHost: a\r\nX-V: {value}\r\nConnection: close\r\n\r\n");
        string answer = await client.ReadToEndAsync();
        Assert.Contains($"x-v: {value}\r\n", answer, StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"x-v={Convert.ToHexString(Encoding.Latin1.GetBytes(value))}", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_Latin_1_Kestrel_reads_UTF_8_and_the_bytes_are_the_same()
    {
        await using TestServer server = await TestServer.StartAsync(
            Apps.Tell(http => Convert.ToHexString(http.Headers.Single(header => header.Is("x-v")).Value.Span) + http.Headers.GetValue("x-v")),
            new() { Gateway = options => options.Latin1Headers = false });
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nX-V: \u00c3\u00a9\r\n\r\n");

        // The string is Latin-1 of the bytes, as on every host; the body is UTF-8 of that.
        await client.ReadUntilAsync("C3A9" + Encoding.Latin1.GetString("Ã©"u8));
        using RawClient bad = await server.ConnectAsync();
        await bad.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nX-V: \u00e9\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 400 ", await bad.ReadToEndAsync(), StringComparison.Ordinal);
        Assert.Empty(server.Logs.AboveDebug);
    }

    [Fact]
    public async Task Without_Latin_1_a_response_header_that_Kestrel_refuses_is_an_error_before_anything_is_sent()
    {
        await using TestServer server = await TestServer.StartAsync(
            Apps.Http(async (_, _, send) =>
            {
                await send(new HttpResponseStart(200, [("x-first", "1"), ("x-v", "é")]));
                await send(new HttpResponseBody("never"u8));
            }),
            new() { Gateway = options => options.Latin1Headers = false });
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        string answer = await client.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 500 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("x-first", answer, StringComparison.Ordinal);
        Assert.EndsWith("Internal Server Error", answer, StringComparison.Ordinal);
        await server.IdleAsync();
        Assert.Single(server.Logs.Errors);
    }

    [Fact]
    public async Task Repeated_fields_keep_their_values_in_order()
    {
        await using TestServer server = await TestServer.StartAsync(Apps.Tell(http =>
            $"{string.Join('|', http.Headers.GetValues("X-A"))} {http.Headers.GetValue("x-a")} {http.Headers.Count(header => header.Is("x-a"))} {http.Headers.GetValue("none")} {string.Join('|', http.Headers.GetValues("cookie"))}"));
        using RawClient client = await server.ConnectAsync();
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nX-A: 1\r\nCookie: a=1\r\nx-a: 2, 3\r\nX-B: z\r\nCookie: b=2\r\nX-a:\r\nConnection: close\r\n\r\n");
        Assert.EndsWith("1|2, 3| 1 3  a=1|b=2", await client.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_are_in_lower_case_and_pseudo_fields_are_not_among_them()
    {
        await using TestServer server = await TestServer.StartAsync(Apps.Tell(http => string.Join(' ', http.Headers.Select(header => header.NameText).Order())));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/") { Headers = { { "X-Mixed-Case", "1" }, { "Accept", "*/*" } }, Version = new(2, 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using HttpResponseMessage response = await server.Http2.SendAsync(request);
        Assert.Equal("accept host x-mixed-case", await response.Content.ReadAsStringAsync());
    }
}
