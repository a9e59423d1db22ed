using System.Text;
using System.Text.Json;
using Perch.Server.Tests.Apps;
using Perch.Server.Tests.Support;
using Perch.Tests.Shared.Processes;

namespace Perch.Server.Tests.Logging;

/// <summary>What the process writes.</summary>
public sealed class LogTests
{
    public static TheoryData<string> Servers => ["kestrel", "perch", "bare"];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task AccessLog_HasALineForEachRequest(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http);
        await Clients.RawAsync(perch.Address, Clients.Get("/nothing?q=%22"));
        Assert.Matches("^127\\.0\\.0\\.1:\\d+ - \"GET /nothing\\?q=%22 HTTP/1\\.1\" 404 Not Found$", await perch.LineAsync("/nothing"));
        await Clients.RawAsync(perch.Address, Clients.Get("/raise"));
        Assert.EndsWith(" 500 Internal Server Error", await perch.LineAsync("/raise HTTP"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task ARequestThatHttpRefuses_IsInTheAccessLog(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(
            TestApp.Name,
            "--http", http, "--limit-request-line", "100", "--timeout-request-head", "1", "--limit-request-body", "10");
        (string Request, string Line)[] refused =
        [
            // RFC 9112 §3: no request line.
            ("no request\r\n\r\n", "\"-\" 400 Bad Request"),
            ($"GET /{new string('x', 120)} HTTP/1.1\r\nhost: h\r\n\r\n", "\"-\" 414 URI Too Long"),

            // RFC 9112 §3.2: no Host.
            ("GET /no-host?a HTTP/1.1\r\n\r\n", "\"GET /no-host?a HTTP/1.1\" 400 Bad Request"),
            ("GET /slow-head HTTP/1.1\r\nhost:", "\"GET /slow-head HTTP/1.1\" 408 Request Timeout"),
            ("POST /echo HTTP/1.1\r\nhost: h\r\ncontent-length: 11\r\n\r\n0123456789a", "\"POST /echo HTTP/1.1\" 413 Payload Too Large"),

            // RFC 6455 §4.4: a version that is not known.
            (
                "GET /socket HTTP/1.1\r\nhost: h\r\nconnection: upgrade\r\nupgrade: websocket\r\n"
                + "sec-websocket-version: 12\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                "\"GET /socket HTTP/1.1\" 426 Upgrade Required"
            ),
        ];
        foreach ((string request, string line) in refused)
        {
            await Clients.RawAsync(perch.Address, Encoding.ASCII.GetBytes(request));
            Assert.Matches("^127\\.0\\.0\\.1:\\d+ - \"", await perch.LineAsync(line));
        }

        // Each once, and after the three lines of the start.
        Assert.Equal(0, await perch.StopAsync());
        Assert.Equal(3 + refused.Length, perch.Output.Count);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task ABodyThatIsRefused_IsLoggedWithItsStatus(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(
            TestApp.Name, "--http", http, "--limit-request-body", "10", "--limit-request-body-rate", "1000", "--timeout-rate-grace", "1.5");
        await Clients.RawAsync(
            perch.Address, "POST /echo?long HTTP/1.1\r\nhost: h\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\nb\r\n0123456789a\r\n0\r\n\r\n"u8.ToArray());
        Assert.EndsWith("\"POST /echo?long HTTP/1.1\" 413 Payload Too Large", await perch.LineAsync("/echo?long"), StringComparison.Ordinal);
        await Clients.RawAsync(perch.Address, "POST /echo?slow HTTP/1.1\r\nhost: h\r\ncontent-length: 10\r\n\r\nx"u8.ToArray());
        Assert.EndsWith("\"POST /echo?slow HTTP/1.1\" 408 Request Timeout", await perch.LineAsync("/echo?slow"), StringComparison.Ordinal);
        Assert.Equal(0, await perch.StopAsync());
        Assert.Equal(3 + 2, perch.Output.Count);
    }

    [Fact]
    public async Task NoAccessLog_HasNone()
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--no-access-log");
        await Clients.RawAsync(perch.Address, Clients.Get("/"));
        Assert.Equal(0, await perch.StopAsync());
        Assert.Equal(3, perch.Output.Count);
    }

    [Theory]
    [InlineData("common", "^127\\.0\\.0\\.1 - - \\[\\d\\d/\\w{3}/\\d{4}:\\d\\d:\\d\\d:\\d\\d \\+0000\\] \"GET / HTTP/1\\.1\" 200 13$")]
    [InlineData("combined", "^127\\.0\\.0\\.1 - - \\[[^]]+\\] \"GET / HTTP/1\\.1\" 200 13 \"-\" \"a \\\\\"b\\\\\"\"$")]
    [InlineData("{line} {version}", "^GET / HTTP/1\\.1 1\\.1$")]
    [InlineData("{method} {target} {status} {bytes} {scheme} {host} {seconds}", "^GET / 200 13 http h \\d+\\.\\d{6}$")]
    public async Task AccessLogFormat_IsThatOfTheLine(string format, string pattern)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--access-log-format", format);
        await Clients.RawAsync(perch.Address, Clients.Get("/", "user-agent: a \"b\"\r\n"));
        Assert.Matches(pattern, await perch.LineAsync("GET /"));
    }

    [Fact]
    public async Task AccessLogFormat_Json()
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--access-log-format", "json");
        await Clients.RawAsync(perch.Address, Clients.Get("/"));
        using JsonDocument line = JsonDocument.Parse(await perch.LineAsync("\"method\""));
        Assert.Equal("GET", line.RootElement.GetProperty("method").GetString());
        Assert.Equal(200, line.RootElement.GetProperty("status").GetInt32());
        Assert.Equal(13, line.RootElement.GetProperty("bytes").GetInt32());
    }

    [Theory]
    [InlineData("{nothing}")]
    [InlineData("apache")]
    public async Task AccessLogFormat_ThatIsNone_EndsWith2(string format) =>
        Assert.Equal(2, (await PerchProcess.RunAsync("run", TestApp.Name, "--access-log-format", format)).ExitCode);

    [Fact]
    public async Task LogLevel_IsTheLeastThatIsWritten()
    {
        await using PerchProcess error = await PerchProcess.StartAsync(TestApp.Name, "--log-level", "error");
        await Clients.RawAsync(error.Address, Clients.Get("/raise"));
        await error.LineAsync("ERROR:    GET /raise: the app failed; the client gets 500.");
        await using PerchProcess critical = await PerchProcess.StartAsync(TestApp.Name, "--log-level", "critical");
        await Clients.RawAsync(critical.Address, Clients.Get("/raise"));
        await critical.StopAsync();
        Assert.Equal("", critical.Errors);
    }

    [Fact]
    public async Task LogConfig_SetsTheLevelOfAPart()
    {
        using var folder = new TemporaryFolder();
        folder.Write("log.json", """{ "LogLevel": { "Perch.Http": "Debug" } }""");
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", "perch", "--log-config", folder.File("log.json"));
        await Clients.RawAsync(perch.Address, "no request\r\n\r\n"u8.ToArray());
        await perch.LineAsync("DEBUG:    Connection ");
        Assert.Equal(2, (await PerchProcess.RunAsync("run", TestApp.Name, "--port", "0", "--log-config", "/nowhere.json")).ExitCode);
    }

    [Theory]
    [InlineData("--use-colors", "\e[31mERROR:\e[0m    GET /raise")]
    [InlineData("--no-use-colors", "ERROR:    GET /raise")]
    public async Task UseColors_ColorsTheLevel(string option, string line)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, option);
        await Clients.RawAsync(perch.Address, Clients.Get("/raise"));
        Assert.StartsWith(line, await perch.LineAsync("GET /raise: "), StringComparison.Ordinal);
    }
}
