namespace Perch.Python.Bridge;

/// <summary>What requests have in common: all of a connection, and mostly all of a host.</summary>
internal readonly record struct ConnectionFacts(string HttpVersion, string Scheme, string RootPath, ScopeAddress? Server, OfferedExtensions Offered)
{
    /// <summary>The extensions that go by their bits, of which worker.py has the names. TLS is an item of its own.</summary>
    private const OfferedExtensions Extensions = OfferedExtensions.Trailers | OfferedExtensions.EarlyHint | OfferedExtensions.PathSend
        | OfferedExtensions.ZeroCopySend | OfferedExtensions.FullResponse | OfferedExtensions.DenialResponse;

    internal static ConnectionFacts Of(RequestScope scope) =>
        new(scope.HttpVersion, scope.Scheme, scope.RootPath, scope.Server, scope.Offered & Extensions);
}
