using System.Net.Security;
using System.Security.Authentication;

namespace Perch.Server;

/// <summary>TLS. It is on when there is a certificate.</summary>
public sealed class GatewayServerTls
{
    /// <summary>
    /// The certificate: a PEM file, with the chain after it, or a PFX file (<c>.pfx</c>, <c>.p12</c>). When it changes, a symbolic link's
    /// target included, it is read again: no restart is needed. Defaults to none, as uvicorn's <c>--ssl-certfile</c>.
    /// </summary>
    public string? CertificateFile { get; set; }

    /// <summary>The key, a PEM file. Defaults to the certificate's file, as uvicorn's <c>--ssl-keyfile</c>.</summary>
    public string? KeyFile { get; set; }

    /// <summary>The password of the key or of the PFX file. Defaults to none, as uvicorn's <c>--ssl-keyfile-password</c>.</summary>
    public string? KeyPassword { get; set; }

    /// <summary>
    /// The authorities that may have signed clients' certificates, a PEM file. Defaults to the machine's, as uvicorn's <c>--ssl-ca-certs</c>.
    /// </summary>
    public string? AuthoritiesFile { get; set; }

    /// <summary>Whether clients need a certificate. Defaults to <see cref="ClientCertificate.None"/>, as uvicorn's <c>--ssl-cert-reqs</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is no value of the enum.</exception>
    public ClientCertificate ClientCertificate { get; set => field = OptionValue.Defined(value); } = ClientCertificate.None;

    /// <summary>
    /// The cipher suites, by their names at IANA (<c>TLS_AES_128_GCM_SHA256</c>). Defaults to the machine's.
    /// </summary>
    /// <exception cref="ArgumentException">One is not known.</exception>
    public IReadOnlyList<string> Ciphers
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            foreach (string name in value)
            {
                _ = Enum.Parse<TlsCipherSuite>(name);
            }

            field = value;
        }
    } = [];

    /// <summary>The versions of TLS. Defaults to <see cref="TlsVersions.Machine"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is no value of the enum.</exception>
    public TlsVersions Versions { get; set => field = OptionValue.Defined(value); } = TlsVersions.Machine;

    internal bool IsPfx => Path.GetExtension(CertificateFile) is ".pfx" or ".p12";

    internal bool IsOn => CertificateFile is not null;

    internal SslProtocols Protocols => Versions switch
    {
        TlsVersions.Tls12 => SslProtocols.Tls12,
        TlsVersions.Tls13 => SslProtocols.Tls13,
        _ => SslProtocols.None,
    };
}
