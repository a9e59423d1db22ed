namespace Perch.Testing;

/// <summary>
/// What can be seen of a request beside its response. A request or response of an in-memory client has it:
/// <see cref="GatewayExchangeExtensions"/>.
/// </summary>
public sealed class GatewayExchange
{
    private readonly Lock _lock = new();
    private readonly List<IReadOnlyList<string>> _earlyHints = [];
    private readonly Func<Task> _completion;

    internal GatewayExchange(Func<Task> completion) => _completion = completion;

    /// <summary>
    /// The app's task. It fails with what the app threw, after the response too, where the client can see nothing of it.
    /// </summary>
    public Task Completion => _completion();

    /// <summary>
    /// The early hints until now (RFC 8297), each as the values of its link fields. One after the first body event is dropped, as by every host.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<string>> EarlyHints
    {
        get
        {
            lock (_lock)
            {
                return [.. _earlyHints];
            }
        }
    }

    /// <summary>What the app sent as <c>http.response.debug</c>; null if it did not.</summary>
    public IReadOnlyDictionary<string, object?>? DebugInfo { get; internal set; }

    internal void AddEarlyHint(IReadOnlyList<string> links)
    {
        lock (_lock)
        {
            _earlyHints.Add(links);
        }
    }
}
