namespace Perch.Server;

/// <summary>The versions of TLS that a server speaks.</summary>
public enum TlsVersions
{
    /// <summary>Those that the machine is set up for.</summary>
    Machine,

    /// <summary>TLS 1.2 alone.</summary>
    Tls12,

    /// <summary>TLS 1.3 alone.</summary>
    Tls13,
}
