using System.Text;
using Perch.Messages;

namespace Perch.Tests.Support;

/// <summary>One HTTP exchange without a host: events in, and what was sent, checked by the order of messages.</summary>
internal sealed class Exchange
{
    private readonly HttpMessageOrder _order = new();
    private readonly Queue<GatewayEvent> _events;
    private readonly MemoryStream _body = new();

    internal Exchange(HttpScope scope, params IEnumerable<GatewayEvent> events)
    {
        Scope = scope;
        _events = new(events);
        OfferedExtensions offered = OfferedExtensions.None;
        foreach (string name in scope.Extensions.Keys)
        {
            offered |= ExtensionNames.FlagOf(name);
        }

        _order.Begin(scope.Method == "HEAD", offered);
    }

    internal HttpScope Scope { get; }

    internal List<GatewayEvent> Sent { get; } = [];

    /// <summary>Runs before each message is taken: a client that leaves, say.</summary>
    internal Action<GatewayEvent>? OnSend { get; set; }

    internal bool IsComplete => _order.IsComplete;

    internal int Status => _order.Head!.Status;

    internal HeaderList Headers => _order.Head!.Headers;

    internal byte[] Body => _body.ToArray();

    internal string Text => Encoding.UTF8.GetString(Body);

    internal Receive Receive => () => new(_events.TryDequeue(out GatewayEvent? next) ? next : HttpDisconnect.Instance);

    internal Send Send => message =>
    {
        OnSend?.Invoke(message);
        ReadOnlyMemory<byte> bytes = BytesOf(message);
        _order.Accept(message, bytes.Length);
        Sent.Add(message);
        if (!_order.IsBodiless)
        {
            _body.Write(bytes.Span);
        }

        return default;
    };

    internal static HttpScope Get(HeaderList? headers = null, string method = "GET", params string[] extensions) => new()
    {
        Method = method,
        Headers = headers ?? [],
        Extensions = extensions.ToDictionary(name => name, object (_) => true),
    };

    internal string? Header(string name) => Headers.GetValue(name);

    private static ReadOnlyMemory<byte> BytesOf(GatewayEvent message)
    {
        switch (message)
        {
            case HttpResponseBody body:
                return body.Body;
            case HttpFullResponse full:
                return full.Body;
            case HttpResponsePathSend file:
                return File.ReadAllBytes(file.Path);
            case HttpResponseZeroCopySend part:
                byte[] bytes = new byte[part.Count ?? (RandomAccess.GetLength(part.File) - part.Offset)];
                Assert.Equal(bytes.Length, RandomAccess.Read(part.File, bytes, part.Offset));
                return bytes;
            default:
                return default;
        }
    }
}
