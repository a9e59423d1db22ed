namespace Perch.Server;

/// <summary>What serves HTTP, as uvicorn's <c>--http</c>.</summary>
public enum GatewayHttp
{
    /// <summary>Kestrel's HTTP stack: HTTP/1.1, HTTP/2 and HTTP/3. The default.</summary>
    Kestrel,

    /// <summary>Perch's own HTTP/1.1 over Kestrel's connections; a client that speaks HTTP/2 is served by Kestrel's stack.</summary>
    Perch,

    /// <summary>Perch's own HTTP/1.1 with no Kestrel server: HTTP/1.1 alone.</summary>
    Bare,
}
