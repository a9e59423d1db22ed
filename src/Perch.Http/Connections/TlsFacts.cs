using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Perch.Http.Connections;

/// <summary>The extension <c>tls</c> (ASGI TLS 0.2) from the features of a connection.</summary>
internal static class TlsFacts
{
    /// <param name="features">The connection's features.</param>
    /// <param name="server">The server's certificate, from a host that knows it; <see cref="IServerCertificateFeature"/> tells it as well.</param>
    /// <returns>Null without TLS.</returns>
    internal static TlsInfo? Of(IFeatureCollection features, X509Certificate? server)
    {
        if (features.Get<ITlsHandshakeFeature>() is not { } handshake)
        {
            return null;
        }

        server ??= features.Get<IServerCertificateFeature>()?.ServerCertificate;
        X509Certificate2? client = features.Get<ITlsConnectionFeature>()?.ClientCertificate;
        return new TlsInfo
        {
            ServerCert = server is null ? null : Pem(server),
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
