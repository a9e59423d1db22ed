using Perch.Tests.Support;

namespace Perch.Tests.Scopes;

public sealed class ScopeTests
{
    [Fact]
    public void ScopeOfOnesOwn_HasAsgisDefaults()
    {
        var http = new HttpScope();
        Assert.Equal(("http", "3.0", "2.5"), (http.Type, http.AsgiVersion, http.SpecVersion));
        Assert.Equal(("GET", "1.1", "http", "/", ""), (http.Method, http.HttpVersion, http.Scheme, http.Path, http.RootPath));
        Assert.True(http.RawPath.IsEmpty && http.QueryString.IsEmpty);
        Assert.Empty(http.Headers);
        Assert.Empty(http.Extensions);
        Assert.Empty(http.State);
        Assert.Null(http.Client);
        Assert.Null(http.Server);
        Assert.Null(http.Tls);
        Assert.False(http.Disconnected.CanBeCanceled);
        Assert.Equal(("websocket", "ws", 0), (new WebSocketScope().Type, new WebSocketScope().Scheme, new WebSocketScope().Subprotocols.Count));
        Assert.Equal(("lifespan", "2.0"), (new LifespanScope().Type, new LifespanScope().SpecVersion));
        Assert.Equal("tcp", new TcpScope().Type);
    }

    [Fact]
    public void Values_AreReadFromTheSourceWhenAskedFor()
    {
        var source = new TestSource();
        var scope = new HttpScope(source);
        var copy = new HttpScope(scope);
        Assert.Equal(0, source.PathReads);
        Assert.Equal("/a", copy.Path);
        Assert.Equal(1, source.PathReads);
        Assert.Equal(("PUT", "2", "http"), (copy.Method, copy.HttpVersion, copy.Scheme));
    }

    [Fact]
    public void CopyWithChanges_LeavesTheOriginal()
    {
        var source = new TestSource();
        var scope = new HttpScope(source);
        var copy = new HttpScope(scope)
        {
            Method = "GET",
            Path = "/b",
            RootPath = "/r",
            Scheme = "https",
            HttpVersion = "3",
            Headers = [("b", "2")],
            Client = null,
            Server = new ScopeAddress("::1", 80),
            Extensions = new Dictionary<string, object> { ["x"] = 1 },
        };
        Assert.Equal(("GET", "/b", "/r", "https", "3"), (copy.Method, copy.Path, copy.RootPath, copy.Scheme, copy.HttpVersion));
        Assert.Null(copy.Client);
        Assert.Equal("[::1]:80", copy.Server.ToString());
        Assert.True(copy.Offers("x"));
        Assert.False(copy.Offers(ExtensionNames.Trailers));

        Assert.Equal(("PUT", "/a", "", "http", "2"), (scope.Method, scope.Path, scope.RootPath, scope.Scheme, scope.HttpVersion));
        Assert.Equal("127.0.0.1:5000", scope.Client.ToString());
        Assert.Equal("/run/app.sock", scope.Server.ToString());
        Assert.True(scope.Offers(ExtensionNames.Trailers));
        Assert.False(scope.Offers("x"));

        var second = new HttpScope(copy) { Path = "/c" };
        Assert.Equal(("GET", "/c", "/r"), (second.Method, second.Path, second.RootPath));
        Assert.Null(second.Client);
    }

    [Fact]
    public void WebSocketAndTcpScopes_CopyWithChanges()
    {
        var source = new TestSource();
        var socket = new WebSocketScope(new WebSocketScope(source)) { Subprotocols = ["v2"] };
        Assert.Equal(["v2"], new WebSocketScope(socket).Subprotocols);
        Assert.Equal(["chat"], new WebSocketScope(source).Subprotocols);
        var tcp = new TcpScope(new TcpScope(source)) { Client = null };
        Assert.Null(new TcpScope(tcp).Client);
        Assert.NotNull(new TcpScope(tcp).Server);
    }

    [Fact]
    public void Null_CannotBeCopied()
    {
        Assert.Throws<ArgumentNullException>(() => new HttpScope((HttpScope)null!));
        Assert.Throws<ArgumentNullException>(() => new LifespanScope(null!));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void State_IsSharedByTheCopiesOfAScope(bool askedBefore)
    {
        var source = new TestSource();
        source.Shared["db"] = 1;
        var scope = new HttpScope(source);
        if (askedBefore)
        {
            Assert.Equal(1, scope.State["db"]);
        }

        var copy = new HttpScope(new HttpScope(scope) { Path = "/b" });
        copy.State["user"] = "ada";
        Assert.Equal("ada", scope.State["user"]);
        Assert.False(source.Shared.ContainsKey("user"));
    }

    [Fact]
    public void StaleScope_Throws()
    {
        var source = new TestSource();
        var scope = new HttpScope(source);
        var copy = new HttpScope(scope) { Path = "/b" };
        source.End();
        Assert.Throws<ObjectDisposedException>(() => scope.Path);
        Assert.Throws<ObjectDisposedException>(() => scope.Headers);
        Assert.Throws<ObjectDisposedException>(() => scope.State);
        Assert.Throws<ObjectDisposedException>(() => scope.Offers(ExtensionNames.Trailers));
        Assert.Throws<ObjectDisposedException>(() => scope.Disconnected);
        Assert.Throws<ObjectDisposedException>(() => copy.Method);
        Assert.Equal("/b", copy.Path);

        scope.Renew();
        source.NextPath = "/next";
        Assert.Equal("/next", scope.Path);
        Assert.Throws<ObjectDisposedException>(() => copy.Method);
    }

    [Fact]
    public void DetachedScope_SurvivesItsRequest()
    {
        var source = new TestSource();
        source.Shared["db"] = 1;
        HttpScope http = new HttpScope(source).Detach();
        WebSocketScope socket = new WebSocketScope(source).Detach();
        source.End();
        Assert.Equal(("PUT", "/a", "2", "http"), (http.Method, http.Path, http.HttpVersion, http.Scheme));
        Assert.Equal("1", http.Headers.GetValue("a"));
        Assert.Equal("q=1"u8.ToArray(), http.QueryString.ToArray());
        Assert.Equal("/a"u8.ToArray(), http.RawPath.ToArray());
        Assert.Equal(5000, http.Client?.Port);
        Assert.Equal(1, http.State["db"]);
        Assert.True(http.Offers(ExtensionNames.Trailers));
        Assert.False(http.Disconnected.CanBeCanceled);
        Assert.Equal(("/a", "chat"), (socket.Path, socket.Subprotocols.Single()));
    }

    [Theory]
    [InlineData("", "/a", "/a")]
    [InlineData("/gw", "/gw/a", "/a")]
    [InlineData("/gw", "/gw", "")]
    [InlineData("/gw", "/gw/", "/")]
    [InlineData("/gw", "/gwx", "/gwx")]
    [InlineData("/gw", "/other", "/other")]
    [InlineData("/gw", "/GW/a", "/GW/a")]
    [InlineData("/a/b", "/a/b/c/d", "/c/d")]
    [InlineData("/gw", "", "")]
    public void RoutePath_IsThePathBelowTheRoot(string root, string path, string expected) =>
        Assert.Equal(expected, new HttpScope { RootPath = root, Path = path }.RoutePath);

    [Fact]
    public void Tls_IsTheValueOfItsExtension()
    {
        var info = new TlsInfo { TlsVersion = 0x0304 };
        var scope = new HttpScope { Extensions = new Dictionary<string, object> { [ExtensionNames.Tls] = info } };
        Assert.Same(info, scope.Tls);
    }

    [Fact]
    public void Extensions_HaveTheirNames()
    {
        var source = new TestSource { OfferedHere = (OfferedExtensions)0xFF };
        var scope = new HttpScope(source);
        string[] names = [.. typeof(ExtensionNames).GetFields().Select(field => (string)field.GetRawConstantValue()!)];
        Assert.Equal(8, names.Length);
        Assert.Equal(names.Order(), scope.Extensions.Keys.Order());
        Assert.All(names, name => Assert.True(scope.Offers(name)));
        Assert.False(scope.Offers("http.response.push"));
    }

    [Fact]
    public void Disconnected_IsTheSourcesToken()
    {
        var source = new TestSource();
        CancellationToken token = new HttpScope(new HttpScope(source)).Disconnected;
        Assert.False(token.IsCancellationRequested);
        source.Disconnect();
        Assert.True(token.IsCancellationRequested);
    }

    [Fact]
    public void UnsupportedScope_IsNamed()
    {
        var exception = new UnsupportedScopeException(new TcpScope());
        Assert.Equal("tcp", exception.ScopeType);
        Assert.Contains("'tcp'", exception.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => new UnsupportedScopeException((Scope)null!));
    }

    [Theory]
    [InlineData(399)]
    [InlineData(600)]
    public void RejectionStatus_IsAnErrors(int status) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RequestRejectedException(status, "no"));
}
