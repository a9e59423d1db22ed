using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;

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

    /// <summary>The conventions' word for a method that is none of the known ones.</summary>
    internal const string OtherMethod = "_OTHER";

    private static readonly HashSet<string> KnownMethods = new(StringComparer.Ordinal)
    {
        "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE",
    };

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

    private Histogram<double> Duration { get; }

    internal UpDownCounter<long> Active { get; }

    internal UpDownCounter<long> WebSockets { get; }

    /// <summary>A client may make up methods without end; tags may not be (semantic conventions for HTTP, <c>_OTHER</c>).</summary>
    internal static string MethodOf(RequestScope scope) => scope is not HttpScope http ? "GET" : KnownMethods.Contains(http.Method) ? http.Method : OtherMethod;

    /// <summary>What an answer that tells of an error of the server's has failed for; null if it tells of none.</summary>
    internal static string? ErrorTypeOf(int status, Exception? failure) =>
        failure?.GetType().FullName ?? (status >= 500 ? status.ToString(CultureInfo.InvariantCulture) : null);

    /// <summary>A request has been answered.</summary>
    /// <param name="scope">The request.</param>
    /// <param name="method">Its method, as a tag has it.</param>
    /// <param name="status">The status; 0 if there was none.</param>
    /// <param name="duration">How long it took.</param>
    /// <param name="failure">What the app failed with; null if it did not.</param>
    /// <param name="hasVersion">Whether it is known which HTTP it was.</param>
    internal void RecordDuration(RequestScope scope, string method, int status, TimeSpan duration, Exception? failure, bool hasVersion = true)
    {
        if (!Duration.Enabled)
        {
            return;
        }

        var tags = new TagList
        {
            { "http.request.method", method },
            { "url.scheme", scope.Scheme },
        };
        if (hasVersion)
        {
            tags.Add("network.protocol.version", scope.HttpVersion);
        }

        if (status > 0)
        {
            tags.Add("http.response.status_code", status);
        }

        if (ErrorTypeOf(status, failure) is { } error)
        {
            tags.Add("error.type", error);
        }

        Duration.Record(duration.TotalSeconds, tags);
    }

    public void Dispose()
    {
        _meter.Dispose();
        Source.Dispose();
    }
}
