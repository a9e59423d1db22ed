using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Perch.Docs;

/// <summary>The table of extensions in docs/hosts.md, held against what scopes say.</summary>
public sealed class HostsTests
{
    [Theory]
    [InlineData("1.1", 1)]
    [InlineData("2.0", 2)]
    public async Task WhatTheTableSaysOfKestrel_IsWhatItsScopesOffer(string version, int column)
    {
        string[] documented = [.. Repository.Read("docs/hosts.md").Split('\n')
            .Where(line => line.StartsWith("| `http.", StringComparison.Ordinal) || line.StartsWith("| `perch.", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells[column + 1].StartsWith("yes", StringComparison.Ordinal))
            .Select(cells => cells[1].Trim('`'))
            .Order()];

        string offered = await GetAsync(new Version(version));

        Assert.NotEmpty(documented);
        Assert.Equal(string.Join(' ', documented), offered);
    }

    private static async Task<string> GetAsync(Version version)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGateway();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, http => http.UsePriorKnowledgeHttp2()));
        await using WebApplication host = builder.Build();
        host.UseGateway(async (scope, _, send) =>
        {
            string names = string.Join(' ', (scope as HttpScope ?? throw new UnsupportedScopeException(scope)).Extensions.Keys.Order());
            await send(new HttpFullResponse(200, [("content-type", "text/plain")], Encoding.ASCII.GetBytes(names)));
        });
        await host.StartAsync();
        string address = host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, address) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using HttpResponseMessage response = await client.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }
}
