namespace Perch.Conformance.Hosts;

/// <summary>A host of the conformance app.</summary>
/// <param name="Http">Its name on the command line: <c>--http kestrel</c>.</param>
/// <param name="Offers">What it offers beyond the others.</param>
/// <param name="HasHttp2">Whether it speaks HTTP/2.</param>
/// <param name="WebSockets">The WebSocket engine's name on the command line: <c>--ws system</c>.</param>
/// <param name="Transport">The transport's name on the command line: <c>--transport epoll</c>; null for the default.</param>
/// <param name="Sample">The app: the folder of its sample.</param>
public sealed record HostUnderTest(
    string Http, Offers Offers = Offers.None, bool HasHttp2 = true, string WebSockets = "perch", string? Transport = null, string Sample = "Conformance")
{
    /// <summary>Whether it offers something.</summary>
    public bool Has(Offers offer) => (Offers & offer) == offer;
}
