using System.Net;
using Perch.Conformance.Clients;
using Perch.Conformance.Hosts;

namespace Perch.Conformance.Suite;

public abstract partial class HttpConformanceSuite
{
    [Fact]
    public async Task Terminated_EndsWithStatus0()
    {
        await using ConformanceProcess app = await StartAsync();
        app.Terminate();

        Assert.Equal(0, await app.ExitAsync());
        Assert.Equal("", app.Errors.Trim());
        Assert.Equal([$"listening on 127.0.0.1:{app.Port}", $"listening on 127.0.0.1:{app.HttpsPort} (https)"], app.Output);
    }

    [Fact]
    public async Task Terminated_AnswersWhatItHasBegun()
    {
        await using ConformanceProcess app = await StartAsync();
        using RawClient client = await RawClient.ConnectAsync(app.Port);
        Assert.Equal("Hello, World!", (await client.RequestAsync("GET /")).Body);
        await client.SendAsync("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nfirst");
        Assert.Equal("first", await ReadFirstChunkAsync(client));
        app.Terminate();
        await Wait.Until(async () => await AcceptsAsync(app) ? null : "refused", "the end of listening");
        await client.SendAsync("after");

        Assert.Equal("after", await ResponseReader.ReadChunkAsync(client));
        Assert.Equal("", await ResponseReader.ReadChunkAsync(client));
        Assert.Equal(0, await app.ExitAsync());
    }

    [Fact]
    public async Task Limits_AreSetByTheirNames()
    {
        await using ConformanceProcess app = await StartAsync("Limits.MaxRequestHeadersTotalSize=2000", "Limits.KeepAliveTimeout=3");
        using RawClient client = await RawClient.ConnectAsync(app.Port);
        Assert.Equal("Hello, World!", (await client.RequestAsync("GET /")).Body);
        Assert.Equal("", await client.ReadToEndAsync("the end of a connection that is kept for 3 s"));

        using RawClient large = await RawClient.ConnectAsync(app.Port);
        RawResponse response = await large.RequestAsync("GET /", $"X-Large: {new string('x', 3000)}\r\n\r\n");
        Assert.Equal((int)HttpStatusCode.RequestHeaderFieldsTooLarge, response.Status);
    }

    private static async Task<bool> AcceptsAsync(ConformanceProcess app)
    {
        try
        {
            using RawClient client = await RawClient.ConnectAsync(app.Port);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
