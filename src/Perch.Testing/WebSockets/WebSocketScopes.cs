using Perch.Testing.Hosting;

namespace Perch.Testing.WebSockets;

/// <summary>The scope of a WebSocket, with the headers of its handshake (RFC 6455 §4.1).</summary>
internal static class WebSocketScopes
{
    private static readonly Uri Base = new("ws://testserver");

    internal static WebSocketScope Of(string path, IReadOnlyList<string> subprotocols, HeaderList headers, GatewayTestOptions options)
    {
        var uri = new Uri(Base, path);
        if (uri.Scheme is not ("ws" or "wss"))
        {
            throw new ArgumentException($"'{path}' is not the path or the ws URI of a WebSocket.", nameof(path));
        }

        var target = new RequestTarget(uri, options);
        var all = new List<Header>();
        if (!headers.Contains("host"))
        {
            all.Add(("host", target.HostHeader));
        }

        all.AddRange(headers);

        // The key is the example of RFC 6455 §1.3: nothing is hidden from an intermediary here.
        all.AddRange([
            ("connection", "Upgrade"), ("upgrade", "websocket"), ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="), ("sec-websocket-version", "13"),
        ]);
        if (subprotocols.Count > 0)
        {
            all.Add(("sec-websocket-protocol", string.Join(", ", subprotocols)));
        }

        return new WebSocketScope
        {
            HttpVersion = "1.1",
            Scheme = uri.Scheme,
            Path = target.Path,
            RawPath = target.RawPath,
            QueryString = target.QueryString,
            RootPath = options.RootPath,
            Headers = [.. all],
            Client = options.Client,
            Server = target.Server,
            Subprotocols = subprotocols,
            Extensions = RequestTarget.Extensions(options),
            State = RequestTarget.State(options),
        };
    }
}
