using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Perch.Http.Parsing;
using Perch.Server.Layers;

namespace Perch.Server.Hosting;

/// <summary>Hears from Kestrel's HTTP stack of the requests that it refuses by itself, by its diagnostic event for them.</summary>
internal sealed class KestrelRefusals(RefusedRequests refused) : IObserver<KeyValuePair<string, object?>>
{
    private const string Event = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    /// <summary>Listens until the result is disposed of.</summary>
    internal IDisposable Subscribe(DiagnosticListener listener) => listener.Subscribe(this, static name => name == Event);

    public void OnNext(KeyValuePair<string, object?> value)
    {
        // Once there is a response the app was called, and has been logged.
        if (value is { Key: Event, Value: IFeatureCollection features }
            && features.Get<IHttpResponseFeature>() is { HasStarted: false }
            && features.Get<IBadRequestExceptionFeature>()?.Error is BadHttpRequestException error)
        {
            refused.Note(Describe(features, out bool hasLine), hasLine, error.StatusCode, bytes: 0, TimeSpan.Zero);
        }
    }

    /// <summary>A handshake of a WebSocket was refused.</summary>
    internal void OnHandshake(IFeatureCollection features, RejectReason reason) =>
        refused.Note(Describe(features, out bool hasLine), hasLine, reason.StatusCode(), reason.Text().Length, TimeSpan.Zero);

    public void OnCompleted() { }

    public void OnError(Exception error) { }

    /// <summary>What Kestrel had read of the request when it refused it.</summary>
    private static HttpScope Describe(IFeatureCollection features, out bool hasLine)
    {
        IHttpRequestFeature request = features.GetRequiredFeature<IHttpRequestFeature>();
        string[] target = (request.RawTarget ?? "").Split('?', 2);
        string protocol = request.Protocol ?? "";
        hasLine = request.Method is { Length: > 0 } && target[0].Length > 0 && protocol.StartsWith("HTTP/", StringComparison.Ordinal);
        return new HttpScope
        {
            Method = hasLine ? request.Method : "",
            RawPath = Encoding.Latin1.GetBytes(target[0]),
            QueryString = target is [_, var query] ? Encoding.Latin1.GetBytes(query) : default(ReadOnlyMemory<byte>),
            HttpVersion = hasLine ? protocol["HTTP/".Length..] : "1.1",
            Scheme = request.Scheme is { Length: > 0 } scheme ? scheme : "http",
            Client = features.Get<IHttpConnectionFeature>() is { RemoteIpAddress: { } address } connection
                ? new ScopeAddress((address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString(), connection.RemotePort)
                : null,
        };
    }
}
