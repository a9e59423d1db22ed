using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Perch.Http.Connections;

/// <summary>What a TLS handshake of ours has come to, as the features that Kestrel has for its own.</summary>
internal sealed class TlsFeature(SslStream stream) : ITlsHandshakeFeature, ITlsConnectionFeature, IServerCertificateFeature
{
    private X509Certificate2? _clientCertificate = stream.RemoteCertificate as X509Certificate2;

    public SslProtocols Protocol => stream.SslProtocol;

    public TlsCipherSuite? NegotiatedCipherSuite => stream.NegotiatedCipherSuite;

    public string HostName => stream.TargetHostName;

#pragma warning disable SYSLIB0058 // The interface wants them; the cipher suite says it all.
    public CipherAlgorithmType CipherAlgorithm => stream.CipherAlgorithm;

    public int CipherStrength => stream.CipherStrength;

    public HashAlgorithmType HashAlgorithm => stream.HashAlgorithm;

    public int HashStrength => stream.HashStrength;

    public ExchangeAlgorithmType KeyExchangeAlgorithm => stream.KeyExchangeAlgorithm;

    public int KeyExchangeStrength => stream.KeyExchangeStrength;
#pragma warning restore SYSLIB0058

    public X509Certificate2? ClientCertificate
    {
        get => _clientCertificate;
        set => _clientCertificate = value;
    }

    public X509Certificate? ServerCertificate => stream.LocalCertificate;

    public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(_clientCertificate);
}
