using Perch.Server.Tests.Apps;
using Perch.Server.Tests.Support;
using Perch.Tests.Shared.Processes;

namespace Perch.Server.Tests.Http;

/// <summary>The settings of HTTP.</summary>
public sealed class HttpTests
{
    public static TheoryData<string> Servers => ["kestrel", "perch", "bare"];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task RootPath_IsInFrontOfThePath(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--root-path", "/api");
        using var client = new HttpClient();
        string scope = await client.GetStringAsync(new Uri(perch.Address, "/scope"));
        Assert.Contains("root_path=/api\npath=/api/scope\nraw_path=/scope\n", scope, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Header_IsInEveryAnswer(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--header", "x-one: 1", "--header", "x-two:2");
        for (int request = 0; request < 3; request++)
        {
            string answer = await Clients.RawAsync(perch.Address, Clients.Get(request == 0 ? "/nothing" : "/"));
            Assert.Contains("\r\nx-one: 1\r\n", answer, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("\r\nx-two: 2\r\n", answer, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Theory]
    [InlineData("kestrel", "server: Kestrel")]
    [InlineData("perch", "server: perch")]
    [InlineData("bare", "server: perch")]
    public async Task ServerHeader_CanBeLeftOut(string http, string field)
    {
        await using PerchProcess with = await PerchProcess.StartAsync(TestApp.Name, "--http", http);
        Assert.Contains($"\r\n{field}\r\n", await Clients.RawAsync(with.Address, Clients.Get("/")), StringComparison.OrdinalIgnoreCase);
        await using PerchProcess without = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--no-server-header");
        Assert.DoesNotContain("\r\nserver:", await Clients.RawAsync(without.Address, Clients.Get("/")), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("perch")]
    [InlineData("bare")]
    public async Task DateHeader_CanBeLeftOut(string http)
    {
        await using PerchProcess with = await PerchProcess.StartAsync(TestApp.Name, "--http", http);
        Assert.Contains("\r\ndate: ", await Clients.RawAsync(with.Address, Clients.Get("/")), StringComparison.OrdinalIgnoreCase);
        await using PerchProcess without = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--no-date-header");
        Assert.DoesNotContain("\r\ndate:", await Clients.RawAsync(without.Address, Clients.Get("/")), StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("kestrel")]
    [InlineData("perch")]
    public async Task Http2_ByPriorKnowledge_CanBeLeftOut(string http)
    {
        await using PerchProcess with = await PerchProcess.StartAsync(TestApp.Name, "--http", http);
        Assert.Contains("version=2\n", await GetHttp2Async(with), StringComparison.Ordinal);
        await using PerchProcess without = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--no-http2");
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => GetHttp2Async(without));
    }

    private static async Task<string> GetHttp2Async(PerchProcess perch)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(perch.Address, "/scope"))
        {
            Version = new Version(2, 0),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using HttpResponseMessage response = await client.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }
}
