using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Perch.Http.Tests.Connections;

/// <summary>What a bare listener counts, as a listener of its meter sees it.</summary>
public sealed class ListenerMetricsTests : IMeterFactory
{
    private readonly ConcurrentQueue<string> _measurements = new();
    private readonly MeterListener _listener = new();
    private readonly TaskCompletionSource _timed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ListenerMetricsTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == this)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => _measurements.Enqueue($"{instrument.Name} {value} {Text(tags)}"));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
        {
            Assert.InRange(value, 0, 60);
            _measurements.Enqueue($"{instrument.Name} {Text(tags)}");
            _timed.SetResult();
        });
        _listener.Start();
    }

    [Fact]
    public async Task ConnectionsThatAreOpen_AreCounted_AndTimedWhenTheyEnd()
    {
        await using ListenerHost host = await new ListenerHost(Apps.Hello, options => options.DateHeader = options.ServerHeader = false, LifespanMode.Off, this).StartAsync();
        string tags = $"server.address=127.0.0.1 server.port={((IPEndPoint)host.Listener.EndPoint).Port} network.transport=tcp";
        using (Socket client = await host.ConnectAsync())
        {
            await client.SendAsync(Apps.Get);
            await client.ExpectAsync(Apps.HelloAnswer);
            Assert.Equal([$"perch.http.active_connections 1 {tags}"], _measurements);
        }

        await _timed.Task.Within("the duration of the connection");
        Assert.Equal(
            [$"perch.http.active_connections 1 {tags}", $"perch.http.active_connections -1 {tags}", $"perch.http.connection.duration {tags}"],
            _measurements);
    }

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        return new Meter(options);
    }

    public void Dispose() => _listener.Dispose();

    private static string Text(ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        string.Join(' ', tags.ToArray().Select(tag => string.Create(CultureInfo.InvariantCulture, $"{tag.Key}={tag.Value}")));
}
