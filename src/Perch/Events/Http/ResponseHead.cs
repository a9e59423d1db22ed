namespace Perch;

/// <summary>
/// Status and headers of a response, and what hosts need to know of them, worked out once for each instance: an event that
/// an app caches is checked and turned into the host's wire form only the first time it is sent.
/// </summary>
internal sealed class ResponseHead(int status, HeaderList headers)
{
    private const long NotDeclared = -1;

    private bool _checked;

    /// <summary>Three digits, 200 to 999 once checked.</summary>
    internal int Status { get; } = status;

    internal HeaderList Headers { get; } = headers;

    /// <summary>The declared Content-Length, or null. Known after <see cref="Check"/>.</summary>
    internal long? ContentLength => DeclaredLength == NotDeclared ? null : DeclaredLength;

    /// <summary>Whether the status alone rules a body out: RFC 9110 §15.3.5, §15.3.6, §15.4.5.</summary>
    internal bool StatusForbidsBody => Status is 204 or 205 or 304;

    /// <summary>What ASP.NET Core's servers are given of this head, remembered by the host there.</summary>
    internal object? ServerForm { get; set; }

    /// <summary>The bytes of this head on HTTP/1.1, remembered by the raw path.</summary>
    internal object? WireForm { get; set; }

    private long DeclaredLength { get; set; } = NotDeclared;

    /// <summary>Checks the head; later calls cost nothing.</summary>
    /// <exception cref="GatewayProtocolException">It is not a head that can be sent.</exception>
    internal void Check(EventKind kind)
    {
        if (!_checked)
        {
            CheckCore(kind);
        }
    }

    private void CheckCore(EventKind kind)
    {
        string type = EventNames.Of(kind);

        // RFC 9110 §15.2: a 1xx is interim, the client goes on waiting for the final response. §15: a status has three digits.
        if (Status is < 200 or > 999)
        {
            throw new GatewayProtocolException($"{type}: the status {Status} is not that of a final response (200 to 999).");
        }

        long declared = NotDeclared;
        for (int i = 0; i < Headers.Count; i++)
        {
            Header header = Headers[i];
            HeaderRules.Check(header, type);
            ReadOnlySpan<byte> name = header.Name.Span;
            if (HeaderRules.Is(name, "content-length"u8))
            {
                // RFC 9110 §8.6: one value, 1*DIGIT. A second one would let two recipients see two messages.
                if (declared != NotDeclared)
                {
                    throw new GatewayProtocolException($"{type}: content-length is given twice.");
                }

                if (!HeaderRules.TryParseLength(header.Value.Span, out declared))
                {
                    throw new GatewayProtocolException($"{type}: content-length '{header.ValueText}' is not a number of bytes.");
                }
            }
            else if (HeaderRules.Is(name, "transfer-encoding"u8) && !HeaderRules.Is(header.Value.Span, "chunked"u8))
            {
                // ASGI, HTTP: transfer codings are the server's. "chunked" asks for what the server does anyway and is dropped.
                throw new GatewayProtocolException($"{type}: transfer-encoding is the server's to choose.");
            }
        }

        DeclaredLength = declared;
        _checked = true;
    }
}
