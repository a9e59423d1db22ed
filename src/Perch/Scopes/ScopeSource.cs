namespace Perch;

/// <summary>
/// Where a scope gets its values when they are asked for: the host's object for the connection or request, which it reuses.
/// Every value of it belongs to the request that runs now; <see cref="Generation"/> counts them, so that a scope of an
/// earlier one is told apart.
/// </summary>
internal class ScopeSource
{
    /// <summary>The values of a scope that no host made: an app's own, for a test or a call of another app.</summary>
    internal static readonly ScopeSource Defaults = new();

    /// <summary>Counts the requests that have ended.</summary>
    internal int Generation { get; private set; }

    internal virtual string HttpVersion => "1.1";

    internal virtual string Method => "GET";

    /// <summary>Null stands for the kind of scope's own: <c>http</c> or <c>ws</c>.</summary>
    internal virtual string? Scheme => null;

    internal virtual string Path => "/";

    internal virtual ReadOnlyMemory<byte> RawPath => default;

    internal virtual ReadOnlyMemory<byte> QueryString => default;

    internal virtual string RootPath => "";

    internal virtual HeaderList Headers => HeaderList.Empty;

    internal virtual ScopeAddress? Client => null;

    internal virtual ScopeAddress? Server => null;

    internal virtual OfferedExtensions Offered => OfferedExtensions.None;

    internal virtual IReadOnlyDictionary<string, object> Extensions => ExtensionNames.ToDictionary(Offered);

    /// <summary>The shallow copy for this request of the state that the lifespan left; null where there is none.</summary>
    internal virtual IDictionary<string, object?>? State => null;

    /// <summary>Whether there is anything in <see cref="State"/>, which is not made to tell.</summary>
    internal virtual bool HasState => false;

    internal virtual IReadOnlyList<string> Subprotocols => [];

    internal virtual CancellationToken Disconnected => CancellationToken.None;

    /// <summary>The app's task has ended: scopes that were handed out are stale from now on.</summary>
    private protected void EndGeneration() => Generation++;
}
