using System.Net.Sockets;
using Perch.Conformance;
using Perch.Server.Tests.Apps;
using Perch.Server.Tests.Support;
using Perch.Tests.Shared.Processes;

namespace Perch.Server.Tests.Observing;

/// <summary>What the process tells of itself.</summary>
public sealed class ObservingTests
{
    public static TheoryData<string> Servers => ["kestrel", "perch", "bare"];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task HealthPath_AnswersForTheServer(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--health-path", "/health");
        using var client = new HttpClient();
        Assert.Equal("live", await client.GetStringAsync(new Uri(perch.Address, "/health/live")));
        Assert.Equal("ready", await client.GetStringAsync(new Uri(perch.Address, "/health/ready")));
        Assert.StartsWith("HTTP/1.1 404 ", await Clients.RawAsync(perch.Address, Clients.Get("/health")), StringComparison.Ordinal);

        // On a connection that is open when the stop begins.
        using var socket = new TcpClient();
        await socket.ConnectAsync(perch.Address.Host, perch.Address.Port);
        NetworkStream stream = socket.GetStream();
        using var reader = new StreamReader(stream);
        byte[] probe = "GET /health/ready HTTP/1.1\r\nhost: h\r\n\r\n"u8.ToArray();
        await stream.WriteAsync(probe);
        Assert.Equal("HTTP/1.1 200 OK", await reader.ReadLineAsync());

        // The stop closes a connection that is quiet for a while: the next probe is there before it, behind a response that ends with it.
        await stream.WriteAsync((byte[])[.. "GET /stream HTTP/1.1\r\nhost: h\r\n\r\n"u8, .. probe]);
        Assert.EndsWith("HTTP/1.1 200 OK", await StatusAsync(), StringComparison.Ordinal);
        perch.Signal(Signals.Terminate);
        Assert.Equal("HTTP/1.1 503 Service Unavailable", await StatusAsync());

        async Task<string> StatusAsync()
        {
            string? line;
            do
            {
                line = await Wait.For(reader.ReadLineAsync(), "a status line");
            }
            while (line?.Contains("HTTP/1.1", StringComparison.Ordinal) == false);

            return line ?? "the end of the connection";
        }
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task ACollector_GetsMetricsAndTraces(string http)
    {
        using var collector = new Collector();
        await using PerchProcess perch = await PerchProcess.StartAsync(
            TestApp.Name,
            "--http", http,
            $"OTEL_EXPORTER_OTLP_ENDPOINT={collector.Address}",
            "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf",
            "OTEL_SERVICE_NAME=the-service");
        await Clients.RawAsync(perch.Address, Clients.Get("/scope", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"));

        // What is left is sent at the end.
        Assert.Equal(0, await perch.StopAsync());
        byte[] trace = Convert.FromHexString("0af7651916cd43dd8448eb211c80319c");
        byte[] parent = Convert.FromHexString("b7ad6b7169203331");
        Assert.True(collector.Has("/v1/traces", trace), "the span of the client's trace");
        Assert.True(collector.Has("/v1/traces", parent), "the client's span as its parent");
        Assert.True(collector.Has("/v1/traces", "the-service"), "the service's name");
        Assert.True(collector.Has("/v1/metrics", "http.server.request.duration"), "the duration of requests");
        Assert.True(collector.Has("/v1/metrics", "http.response.status_code"), "the status as a tag");
        Assert.True(collector.Has("/v1/metrics", "http.server.active_requests"), "the requests that run");
    }
}
