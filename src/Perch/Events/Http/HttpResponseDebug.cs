namespace Perch;

/// <summary>
/// Information for tests: <c>http.response.debug</c>. Once, before the response starts. Offered by the in-memory driver alone.
/// </summary>
public sealed class HttpResponseDebug : GatewayEvent
{
    /// <summary>Creates the event.</summary>
    /// <param name="info">Anything the app wants its tests to see (a template and its context, say).</param>
    public HttpResponseDebug(IReadOnlyDictionary<string, object?> info) : base(EventKind.HttpResponseDebug)
    {
        ArgumentNullException.ThrowIfNull(info);
        Info = info;
    }

    /// <summary>What the app wants its tests to see.</summary>
    public IReadOnlyDictionary<string, object?> Info { get; }
}
