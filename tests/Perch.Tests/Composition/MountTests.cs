using Perch.Tests.Support;

namespace Perch.Tests.Composition;

public sealed class MountTests
{
    [Theory]
    [InlineData("/api", "api", "/api", "")]
    [InlineData("/api/", "api", "/api", "/")]
    [InlineData("/api/x", "api", "/api", "/x")]
    [InlineData("/api/v2", "v2", "/api/v2", "")]
    [InlineData("/api/v2/x", "v2", "/api/v2", "/x")]
    [InlineData("/api/v2x", "api", "/api", "/v2x")]
    [InlineData("/apis", "site", "", "/apis")]
    [InlineData("/API", "site", "", "/API")]
    [InlineData("/", "site", "", "/")]
    [InlineData("", "site", "", "")]
    [InlineData("/\u017C/x", "unicode", "/\u017C", "/x")]
    public async Task LongestPrefixOfWholeSegments_Wins(string path, string app, string root, string route)
    {
        GatewayApp mount = new Mount().Add("/api", Named("api")).Add("/api/v2", Named("v2")).Add("/\u017C", Named("unicode")).AddFallback(Named("site")).Build();
        var exchange = new Exchange(new HttpScope { Path = path });
        await mount(exchange.Scope, exchange.Receive, exchange.Send);
        Assert.Equal($"{app} root={root} path={path} route={route}", exchange.Text);

        string? seen = null;
        GatewayApp sockets = new Mount().Add("/api", Socket).Add("/api/v2", Socket).Add("/\u017C", Socket).AddFallback(Socket).Build();
        await sockets(new WebSocketScope { Path = path }, exchange.Receive, _ => default);
        Assert.Equal($"root={root} path={path} route={route}", seen);

        Task Socket(Scope scope, Receive receive, Send send)
        {
            var socket = (WebSocketScope)scope;
            seen = $"root={socket.RootPath} path={socket.Path} route={socket.RoutePath}";
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Mounts_Nest()
    {
        GatewayApp inner = new Mount().Add("/b", Named("inner")).Build();
        GatewayApp outer = new Mount().Add("/a", inner).Build();
        var exchange = new Exchange(new HttpScope { Path = "/host/a/b/c", RootPath = "/host" });
        await outer(exchange.Scope, exchange.Receive, exchange.Send);
        Assert.Equal("inner root=/host/a/b path=/host/a/b/c route=/c", exchange.Text);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task NoMatch_Is404(string method)
    {
        GatewayApp mount = new Mount().Add("/a", Named("a")).Build();
        var exchange = new Exchange(new HttpScope { Path = "/b", Method = method });
        await mount(exchange.Scope, exchange.Receive, exchange.Send);
        Assert.True(exchange.IsComplete);
        Assert.Equal(404, exchange.Status);
    }

    [Fact]
    public async Task NoMatch_ClosesAWebSocketBeforeItIsAccepted()
    {
        var order = new Perch.Messages.WebSocketMessageOrder(OfferedExtensions.None, []);
        await new Mount().Build()(new WebSocketScope(), () => new(WebSocketConnect.Instance), message =>
        {
            order.Accept(message);
            Assert.IsType<WebSocketClose>(message);
            return default;
        });
        Assert.True(order.IsClosed);
    }

    [Fact]
    public async Task ScopesWithoutAPath_GoToTheFallback()
    {
        Scope? seen = null;
        GatewayApp tcp = (scope, _, _) =>
        {
            seen = scope;
            return Task.CompletedTask;
        };
        var connection = new TcpScope();
        await new Mount().AddFallback(tcp).Build()(connection, null!, null!);
        Assert.Same(connection, seen);
        await Assert.ThrowsAsync<UnsupportedScopeException>(async () => await new Mount().Add("/a", tcp).Build()(connection, null!, null!));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("api")]
    [InlineData("/api/")]
    [InlineData("//api")]
    [InlineData("/a//b")]
    [InlineData("/a?b")]
    [InlineData("/a#b")]
    [InlineData("/a%20b")]
    [InlineData("/a\nb")]
    [InlineData("/./a")]
    [InlineData("/a/..")]
    public void IllFormedPrefix_IsRefused(string prefix)
    {
        var exception = Assert.Throws<ArgumentException>(() => new Mount().Add(prefix, Named("a")));
        Assert.Contains($"'{prefix}' cannot be a prefix", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsTaken_IsRefused()
    {
        Mount mount = new Mount().Add("/a", Named("a")).AddFallback(Named("b"));
        Assert.Throws<ArgumentException>(() => mount.Add("/a", Named("c")));
        Assert.Throws<InvalidOperationException>(() => mount.AddFallback(Named("c")));
        Assert.Throws<ArgumentNullException>(() => mount.Add("/b", null!));
        Assert.Throws<ArgumentNullException>(() => mount.Add(null!, Named("a")));
        Assert.Throws<ArgumentNullException>(() => mount.AddFallback(null!));
    }

    [Fact]
    public async Task BuiltApp_DoesNotChange()
    {
        Mount mount = new Mount().Add("/a", Named("a"));
        GatewayApp app = mount.Build();
        mount.Add("/b", Named("b"));
        var exchange = new Exchange(new HttpScope { Path = "/b" });
        await app(exchange.Scope, exchange.Receive, exchange.Send);
        Assert.Equal(404, exchange.Status);
    }

    private static GatewayApp Named(string name) => (scope, _, send) =>
    {
        var http = (HttpScope)scope;
        return send.TextAsync($"{name} root={http.RootPath} path={http.Path} route={http.RoutePath}").AsTask();
    };
}
