namespace Perch;

/// <summary>
/// An informational response 103 (RFC 8297) with <c>link</c> fields: <c>http.response.early_hint</c>. Any number of them, before the
/// first body event; one that comes later has nowhere to go on the wire and is dropped. Only where the scope offers the extension.
/// </summary>
public sealed class HttpResponseEarlyHint : GatewayEvent
{
    /// <summary>Creates the event.</summary>
    /// <param name="links">The values of the link fields (RFC 8288): <c>&lt;/style.css&gt;; rel=preload; as=style</c>.</param>
    /// <exception cref="ArgumentException">A char is above U+00FF and so has no byte (Latin-1).</exception>
    public HttpResponseEarlyHint(params ReadOnlySpan<string> links) : base(EventKind.HttpResponseEarlyHint)
    {
        var encoded = new ReadOnlyMemory<byte>[links.Length];
        for (int i = 0; i < links.Length; i++)
        {
            ArgumentNullException.ThrowIfNull(links[i], nameof(links));
            encoded[i] = HeaderText.Encode(links[i], nameof(links));
        }

        Links = encoded;
    }

    /// <summary>The values of the link fields.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Links { get; }
}
