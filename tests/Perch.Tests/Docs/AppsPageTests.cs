using System.Text;
using Perch.Tests.Support;

namespace Perch.Tests.Docs;

public sealed class AppsPageTests
{
    private static readonly DocFile Page = new("docs/apps.md");

    [Fact]
    public void Snippets_AreThoseThatTheTestsCompile()
    {
        Dictionary<string, string> regions = DocFile.Regions(DocFile.Read("tests/Perch.Tests/Docs/DocSnippets.cs"));
        Assert.Equal(regions.Keys.Order(), Page.Parts().Select(part => part["snippet: ".Length..]).Order());
        foreach ((string name, string code) in regions)
        {
            Page.Check($"snippet: {name}", $"```csharp\n{code}```\n");
        }

        // No code of C# on the page but these.
        Assert.Equal(regions.Count, Page.Text.Split("```csharp").Length - 1);
        Assert.InRange(Page.Text.Split('\n').Length, 1, 151);
    }

    [Fact]
    public async Task Snippets_DoWhatThePageSays()
    {
        GatewayApp app = DocSnippets.BuildLifespan(DocSnippets.BuildMount());
        var runner = new LifespanRunner(app, LifespanMode.On);
        await runner.StartAsync(default);
        Assert.Equal("Hello", runner.State["greeting"]);

        Assert.Equal("Hello, World!", (await GetAsync(app, "/")).Text);
        Assert.Equal("Perch", (await GetAsync(app, "/")).Header("server"));
        Assert.Equal("Hello, ada!", (await GetAsync(app, "/points/", query: "name=ada")).Text);
        Assert.Equal("/points/saved", (await GetAsync(app, "/points/save", "POST", "{\"X\":1,\"Y\":2}")).Header("location"));
        Assert.Equal("Point { X = 1, Y = 2 }", (await GetAsync(app, "/points/saved")).Text);
        Assert.StartsWith("event: tick\ndata: 0\n\n", (await GetAsync(app, "/points/ticks")).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await GetAsync(app, "/points/none")).Status);
        File.Delete(DocSnippets.SavePath);

        await runner.StopAsync(default);
    }

    [Fact]
    public async Task Echo_SendsBackWhatItReceives()
    {
        Queue<GatewayEvent> events = new([WebSocketConnect.Instance, new WebSocketReceive("hello"), new WebSocketDisconnect()]);
        var sent = new List<GatewayEvent>();
        await DocSnippets.BuildMount()(new WebSocketScope { Path = "/echo" }, () => new(events.Dequeue()), message =>
        {
            sent.Add(message);
            return default;
        });
        Assert.Equal("hello", Assert.IsType<WebSocketSend>(sent[^1]).Text);
    }

    private static async Task<Exchange> GetAsync(GatewayApp app, string path, string method = "GET", string body = "", string query = "")
    {
        var scope = new HttpScope { Path = path, Method = method, QueryString = Encoding.ASCII.GetBytes(query) };
        var exchange = new Exchange(scope, new HttpRequestBody(Encoding.ASCII.GetBytes(body)));
        await app(scope, exchange.Receive, exchange.Send);
        Assert.True(exchange.IsComplete);
        return exchange;
    }
}
