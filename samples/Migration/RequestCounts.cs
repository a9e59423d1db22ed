using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Migration;

/// <summary>Counts ASP.NET Core's own measurements of requests by route, whoever answers them.</summary>
internal sealed class RequestCounts : IDisposable
{
    private readonly ConcurrentDictionary<string, int> _counts = new();
    private readonly MeterListener _listener = new();

    public RequestCounts()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name == "http.server.request.duration")
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>(OnMeasured);
        _listener.Start();
    }

    /// <summary>One line for each route and status.</summary>
    public override string ToString() => string.Concat(_counts.OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => $"requests{{{count.Key}}} {count.Value}\n"));

    public void Dispose() => _listener.Dispose();

    private void OnMeasured(Instrument instrument, double seconds, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        object? route = null;
        object? status = null;
        foreach ((string name, object? value) in tags)
        {
            route = name == "http.route" ? value : route;
            status = name == "http.response.status_code" ? value : status;
        }

        _counts.AddOrUpdate($"route=\"{route}\",status=\"{status}\"", 1, static (_, count) => count + 1);
    }
}
