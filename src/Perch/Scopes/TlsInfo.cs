namespace Perch;

/// <summary>What is known of a TLS connection: the extension <c>tls</c> (ASGI TLS extension 0.2).</summary>
public sealed class TlsInfo
{
    /// <summary>The server's certificate in PEM, or null if the host cannot tell.</summary>
    public string? ServerCert { get; init; }

    /// <summary>The client's certificates in PEM, its own first; empty if it sent none.</summary>
    public IReadOnlyList<string> ClientCertChain { get; init; } = [];

    /// <summary>The distinguished name of the client's certificate (RFC 4514), or null.</summary>
    public string? ClientCertName { get; init; }

    /// <summary>Why the client's certificate did not verify, or null.</summary>
    public string? ClientCertError { get; init; }

    /// <summary>The version on the wire: 0x0303 for TLS 1.2, 0x0304 for TLS 1.3; null if unknown.</summary>
    public int? TlsVersion { get; init; }

    /// <summary>The cipher suite on the wire: 0x1301 for TLS_AES_128_GCM_SHA256, say; null if unknown.</summary>
    public int? CipherSuite { get; init; }
}
