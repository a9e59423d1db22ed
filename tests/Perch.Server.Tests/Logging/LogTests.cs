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
