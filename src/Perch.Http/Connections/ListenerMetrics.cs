using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;

namespace Perch.Http.Connections;

/// <summary>
/// What a bare listener counts of its connections. On Kestrel's connections the same is counted by Kestrel (<c>kestrel.active_connections</c>,
/// <c>kestrel.connection.duration</c>). The tags are Kestrel's.
/// </summary>
internal sealed class ListenerMetrics(Meter meter, TimeProvider time)
{
    private readonly TimeProvider _time = time;

    private readonly UpDownCounter<long> _active = meter.CreateUpDownCounter<long>(
        "perch.http.active_connections", "{connection}", "Connections that are open on a bare listener.");

    private readonly Histogram<double> _duration = meter.CreateHistogram<double>(
        "perch.http.connection.duration", "s", "How long connections of a bare listener were open.");

    /// <summary>A connection has been accepted; disposed when it is closed. Null where nobody listens to the counters.</summary>
    internal Measurement? Begin(EndPoint? local)
    {
        // Read once, so that what was added is what is taken off.
        bool isCounted = _active.Enabled;
        bool isTimed = _duration.Enabled;
        if (!isCounted && !isTimed)
        {
            return null;
        }

        TagList tags = TagsOf(local);
        if (isCounted)
        {
            _active.Add(1, tags);
        }

        return new Measurement(this, tags, isCounted, isTimed ? _time.GetTimestamp() : null);
    }

    private static TagList TagsOf(EndPoint? local) => local switch
    {
        IPEndPoint ip => [new("server.address", ip.Address.ToString()), new("server.port", ip.Port), new("network.transport", "tcp")],
        UnixDomainSocketEndPoint unix => [new("server.address", unix.ToString()), new("network.transport", "unix")],
        _ => [],
    };

    internal sealed class Measurement(ListenerMetrics metrics, TagList tags, bool isCounted, long? start) : IDisposable
    {
        public void Dispose()
        {
            if (isCounted)
            {
                metrics._active.Add(-1, tags);
            }

            if (start is { } begun)
            {
                metrics._duration.Record(metrics._time.GetElapsedTime(begun).TotalSeconds, tags);
            }
        }
    }
}
