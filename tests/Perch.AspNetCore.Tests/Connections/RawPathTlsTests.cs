using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Perch.AspNetCore.Tests.Support;
using Perch.Shared;

namespace Perch.AspNetCore.Tests.Connections;

/// <summary>The raw path behind Kestrel's <c>UseHttps</c>, over real sockets.</summary>
public class RawPathTlsTests
{
    private static readonly GatewayApp Tell = Apps.Tell(http =>
        $"raw {http.HttpVersion} {http.Scheme} {http.Tls?.TlsVersion:X} {http.Tls?.CipherSuite is not null} {http.Tls?.ClientCertName} {http.Tls?.ClientCertChain.Count}");

    [Theory]
    [InlineData(SslProtocols.Tls12, "303")]
    [InlineData(SslProtocols.Tls13, "304")]
    public async Task HTTP_1_is_served_by_the_raw_path_with_the_facts_of_its_TLS(SslProtocols protocol, string version)
    {
        await using TestServer server = await StartAsync(https => https.SslProtocols = protocol);
        using HttpClient client = Client(HttpVersion.Version11);

        Assert.Equal($"raw 1.1 https {version} True  0", await client.GetStringAsync(server.Url("/", "https")));
    }

    // RFC 9113 §3.2: ALPN decides; the host's pipeline answers.
    [Fact]
    public async Task HTTP_2_by_ALPN_is_handed_on_to_Kestrel()
    {
        await using TestServer server = await StartAsync();
        using HttpClient client = Client(HttpVersion.Version20);

        Assert.Equal("pipeline 2", await client.GetStringAsync(server.Url("/", "https")));
        Assert.Empty(server.Logs.AboveDebug);
    }

    [Fact]
    public async Task A_client_certificate_is_in_the_scope()
    {
        using X509Certificate2 certificate = TestCertificate.Create("client");
        await using TestServer server = await StartAsync(https =>
        {
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.AllowAnyClientCertificate();
        });
        using HttpClient client = Client(HttpVersion.Version11, certificate);

        Assert.Equal($"raw 1.1 https 304 True {certificate.Subject} 1", await client.GetStringAsync(server.Url("/", "https")));
    }

    // ASGI TLS 0.2, server_cert.
    [Fact]
    public async Task The_servers_certificate_is_in_the_scope()
    {
        string? shown = null;
        await using TestServer server = await StartAsync(app: Apps.Tell(http => http.Tls?.ServerCert ?? "none"));
        using HttpClient client = Client(HttpVersion.Version11, seen: certificate => shown = PemEncoding.WriteString("CERTIFICATE", certificate.GetRawCertData()));

        string told = await client.GetStringAsync(server.Url("/", "https"));

        Assert.Equal(shown, told);
    }

    [Fact]
    public async Task A_large_body_comes_back_whole()
    {
        byte[] body = new byte[500_000];
        new Random(1).NextBytes(body);
        await using TestServer server = await StartAsync(app: Apps.Http(async (_, receive, send) =>
        {
            byte[] read = await Apps.ReadBodyAsync(receive);
            await send(Apps.Ok);
            await send(new HttpResponseBody(read));
        }));
        using HttpClient client = Client(HttpVersion.Version11);

        using HttpResponseMessage answer = await client.PostAsync(server.Url("/", "https"), new ByteArrayContent(body)).For("the answer");

        Assert.Equal(body, await answer.Content.ReadAsByteArrayAsync());
    }

    private static Task<TestServer> StartAsync(Action<HttpsConnectionAdapterOptions>? configure = null, GatewayApp? app = null) => TestServer.StartAsync(
        Apps.Tell(http => $"pipeline {http.HttpVersion}"),
        new()
        {
            Listen = listen =>
            {
                listen.UseHttps(TestCertificate.Create("server"), https => configure?.Invoke(https));
                listen.UseGateway(app ?? Tell);
            },
        });

    private static HttpClient Client(Version version, X509Certificate2? certificate = null, Action<X509Certificate>? seen = null)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            seen?.Invoke(certificate!);
            return certificate!.Subject.StartsWith("CN=server", StringComparison.Ordinal);
        };
        if (certificate is not null)
        {
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        }

        return new HttpClient(handler)
        {
            DefaultRequestVersion = version,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = Waiting.Long,
        };
    }
}
