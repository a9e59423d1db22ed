using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net.WebSockets;
using Perch.Conformance;
using Perch.Server.Tests.Apps;
using Perch.Server.Tests.Running;
using Perch.Server.Tests.Support;

namespace Perch.Server.Tests.Observing;

/// <summary>
/// The instruments, by the names, units and tags of OpenTelemetry's semantic conventions for HTTP servers. In this process, where each
/// measurement can be seen.
/// </summary>
[Collection(nameof(InProcess))]
public sealed class InstrumentTests
{
    private const string Duration = "http.server.request.duration";
    private const string Active = "http.server.active_requests";

    private readonly ConcurrentQueue<Measured> _all = new();

    [Theory]
    [InlineData(GatewayHttp.Kestrel)]
    [InlineData(GatewayHttp.Perch)]
    [InlineData(GatewayHttp.Bare)]
    public async Task EachRequest_IsMeasuredOnce_AsTheConventionsHaveIt(GatewayHttp http)
    {
        using MeterListener listener = Listen();
        await using GatewayServer server = GatewayServer.Create(TestApp.Serve, options =>
        {
            options.Binding.Port = 0;
            options.Http.Server = http;
            options.Logging.Level = Microsoft.Extensions.Logging.LogLevel.None;
            options.Logging.Access = false;
        });
        await server.StartAsync();
        var address = new Uri(server.Addresses[0]);
        string[] requests =
        [
            "GET / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n",
            "GET /raise HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n",
            "MADE-UP / HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n",
            "GET /no-host HTTP/1.1\r\n\r\n",
            "no request\r\n\r\n",
        ];
        foreach (string request in requests)
        {
            await Clients.RawAsync(address, System.Text.Encoding.ASCII.GetBytes(request));
        }

        using (var socket = new ClientWebSocket())
        {
            await Wait.For(socket.ConnectAsync(new Uri($"ws://{address.Authority}/"), CancellationToken.None), "the handshake");
            Assert.Equal(1, Of("perch.websockets").Sum(one => one.Value));
            await Wait.For(socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None), "the close");
        }

        await server.StopAsync();
        Assert.Equal(
            [
                "http.request.method=GET http.response.status_code=101 network.protocol.version=1.1 url.scheme=ws",
                "http.request.method=GET http.response.status_code=200 network.protocol.version=1.1 url.scheme=http",
                "http.request.method=GET http.response.status_code=400 network.protocol.version=1.1 url.scheme=http",
                "error.type=System.InvalidOperationException http.request.method=GET http.response.status_code=500 network.protocol.version=1.1 url.scheme=http",
                "http.request.method=_OTHER http.response.status_code=200 network.protocol.version=1.1 url.scheme=http",
                "http.request.method=_OTHER http.response.status_code=400 url.scheme=http",
            ],
            Of(Duration).Select(one => one.Tags).OrderBy(tags => tags[tags.IndexOf("http.request", StringComparison.Ordinal)..], StringComparer.Ordinal));
        Assert.All(Of(Duration), one => Assert.Equal("s", one.Unit));
        Assert.All(Of(Active), one => Assert.Equal("{request}", one.Unit));
        Assert.Equal(3, Of(Active).Count(one => one.Value > 0));
        Assert.Equal(0, Of(Active).Sum(one => one.Value));
        Assert.Contains("http.request.method=GET url.scheme=http", Of(Active).Select(one => one.Tags));
        Assert.Equal(0, Of("perch.websockets").Sum(one => one.Value));
    }

    private IEnumerable<Measured> Of(string name) => _all.Where(one => one.Name == name);

    /// <summary>Whatever meter it is in: what ASP.NET Core measured as well would be there twice.</summary>
    private MeterListener Listen()
    {
        var listener = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Name.StartsWith("http.server.", StringComparison.Ordinal) || instrument.Meter.Name == "perch")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        return listener;
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => _all.Enqueue(new Measured(
        instrument.Name, instrument.Unit, value, string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}").Order(StringComparer.Ordinal))));

    private sealed record Measured(string Name, string? Unit, double Value, string Tags);
}
