using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Perch.AspNetCore.Http;

/// <summary>The extension <c>tls</c> (ASGI TLS 0.2) from the features of a connection.</summary>
internal static class TlsFacts
{
    internal static TlsInfo? Of(IFeatureCollection features)
    {
        if (features.Get<ITlsHandshakeFeature>() is not { } handshake)
        {
            return null;
        }

        X509Certificate2? client = features.Get<ITlsConnectionFeature>()?.ClientCertificate;
        return new TlsInfo
        {
            ServerCert = features.Get<ISslStreamFeature>()?.SslStream.LocalCertificate is { } server ? Pem(server) : null,
            ClientCertChain = client is null ? [] : [client.ExportCertificatePem()],
            ClientCertName = client?.SubjectName.Name,
            TlsVersion = handshake.Protocol switch
            {
                SslProtocols.Tls12 => 0x0303,
                SslProtocols.Tls13 => 0x0304,
                _ => null,
            },
            CipherSuite = handshake.NegotiatedCipherSuite is { } suite ? (int)suite : null,
        };
    }

    private static string Pem(X509Certificate certificate) =>
        System.Security.Cryptography.PemEncoding.WriteString("CERTIFICATE", certificate.GetRawCertData());
}
