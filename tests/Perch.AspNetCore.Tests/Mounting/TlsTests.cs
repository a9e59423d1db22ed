using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Perch.AspNetCore.Tests.Support;
using Perch.Shared;

namespace Perch.AspNetCore.Tests.Mounting;

public class TlsTests
{
    [Theory]
    [InlineData(SslProtocols.Tls12, 0x0303, "1.1", false)]
    [InlineData(SslProtocols.Tls13, 0x0304, "1.1", true)]
    [InlineData(SslProtocols.Tls13, 0x0304, "2.0", false)]
    [InlineData(SslProtocols.Tls13, 0x0304, "2.0", true)]
    public async Task The_extension_tells_version_cipher_and_certificates(SslProtocols protocol, int version, string httpVersion, bool withClientCertificate)
    {
        using X509Certificate2 serverCertificate = TestCertificate.Create("server");
        using X509Certificate2 clientCertificate = TestCertificate.Create("client");
        HttpScope? seen = null;
        await using TestServer server = await TestServer.StartAsync(
            Apps.Http((http, receive, send) =>
            {
                seen = http.Detach();
                Assert.True(http.Offers(ExtensionNames.Tls));
                return Apps.Hello(http, receive, send);
            }),
            new()
            {
                Listen = listen => listen.UseHttps(serverCertificate, https =>
                {
                    https.SslProtocols = protocol;
                    https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                    https.AllowAnyClientCertificate();
                }),
            });
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.GetCertHashString() == serverCertificate.GetCertHashString();
        if (withClientCertificate)
        {
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => clientCertificate;
        }

        using var client = new HttpClient(handler) { DefaultRequestVersion = new Version(httpVersion), DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        Assert.Equal("Hello", await client.GetStringAsync(server.Url("/", "https")));
        Assert.Equal("https", seen!.Scheme);
        TlsInfo tls = seen.Tls!;
        Assert.Equal(version, tls.TlsVersion);
        Assert.NotNull(tls.CipherSuite);
        Assert.Equal(protocol == SslProtocols.Tls13, tls.CipherSuite is >= 0x1301 and <= 0x1305);
        Assert.Equal(serverCertificate.ExportCertificatePem().Trim(), tls.ServerCert!.Trim());
        Assert.Equal(withClientCertificate ? [clientCertificate.ExportCertificatePem()] : [], tls.ClientCertChain);
        Assert.Equal(withClientCertificate ? clientCertificate.Subject : null, tls.ClientCertName);
    }

    [Fact]
    public async Task Without_TLS_the_extension_is_not_offered()
    {
        await using TestServer server = await TestServer.StartAsync(Apps.Tell(http => $"{http.Offers(ExtensionNames.Tls)} {http.Tls} {http.Extensions.ContainsKey("tls")}"));
        Assert.Equal("False  False", await server.Client.GetStringAsync("/"));
    }
}
