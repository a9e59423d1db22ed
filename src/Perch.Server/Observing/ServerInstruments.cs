using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Perch.Server.Observing;

/// <summary>
/// What the server measures and traces, with the names and tags of OpenTelemetry's conventions for HTTP servers. ASP.NET Core measures the
/// same on its pipeline, of which a server of Perch's has none.
/// </summary>
internal sealed class ServerInstruments : IDisposable
{
    /// <summary>The name of the meter and of the activity source.</summary>
    internal const string Name = "perch";

    /// <summary>The bounds that the conventions advise, in seconds.</summary>
    private static readonly double[] Bounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    private readonly Meter _meter = new(Name);

    internal ServerInstruments()
    {
        Duration = _meter.CreateHistogram("http.server.request.duration", "s", "Duration of HTTP server requests.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Bounds });
        Active = _meter.CreateUpDownCounter<long>("http.server.active_requests", "{request}", "Number of active HTTP server requests.");
        WebSockets = _meter.CreateUpDownCounter<long>("perch.websockets", "{websocket}", "Number of open WebSockets.");
    }

    /// <summary>Whether anybody measures or traces.</summary>
    internal bool IsWatched => Duration.Enabled || Active.Enabled || WebSockets.Enabled || Source.HasListeners();

    /// <summary>Requests, with a span for each.</summary>
    internal ActivitySource Source { get; } = new(Name);

    internal Histogram<double> Duration { get; }

    internal UpDownCounter<long> Active { get; }

    internal UpDownCounter<long> WebSockets { get; }

    public void Dispose()
    {
        _meter.Dispose();
        Source.Dispose();
    }
}
