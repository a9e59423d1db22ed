namespace Perch.Http.Parsing;

/// <summary>What a head says about its message and its connection.</summary>
[Flags]
internal enum HeadFacts : ushort
{
    None = 0,

    /// <summary>The request is HTTP/1.0; otherwise it is HTTP/1.1.</summary>
    Http10 = 1 << 0,

    /// <summary>The body has the chunked coding.</summary>
    Chunked = 1 << 1,

    /// <summary><c>Connection: close</c></summary>
    Close = 1 << 2,

    /// <summary><c>Connection: keep-alive</c></summary>
    KeepAlive = 1 << 3,

    /// <summary><c>Connection: upgrade</c></summary>
    ConnectionUpgrade = 1 << 4,

    /// <summary><c>Upgrade</c> lists <c>websocket</c>.</summary>
    WebSocket = 1 << 5,

    /// <summary><c>Expect: 100-continue</c>, in HTTP/1.1.</summary>
    ExpectContinue = 1 << 6,

    /// <summary><c>TE</c> lists <c>trailers</c>.</summary>
    AcceptsTrailers = 1 << 7,

    /// <summary>A Host line was there.</summary>
    HasHost = 1 << 8,

    /// <summary>A Transfer-Encoding line was there.</summary>
    HasTransferEncoding = 1 << 9,
}
