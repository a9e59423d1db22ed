using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Perch.Http.Connections;

namespace Perch.Http.Tests.Connections;

/// <summary>Counts what <c>perch.http.rejections</c> reports, by reason, for the meters that it made itself.</summary>
internal sealed class RejectionCounts : IMeterFactory
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, long> _counts = new();

    internal RejectionCounts()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == this && instrument.Name == "perch.http.rejections" && instrument.Meter.Name == HttpGatewayLog.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
            _counts.AddOrUpdate((string)tags[0].Value!, value, (_, before) => before + value));
        _listener.Start();
    }

    /// <summary>The reasons with their counts: <c>head_timeout 1</c>.</summary>
    internal string Text => string.Join(", ", _counts.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} {pair.Value}"));

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        return new Meter(options);
    }

    public void Dispose() => _listener.Dispose();
}
