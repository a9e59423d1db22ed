using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Perch.Conformance;
using Perch.Server.Tests.Apps;
using Perch.Server.Tests.Support;
using Perch.Tests.Shared.Processes;

namespace Perch.Server.Tests.Tls;

/// <summary>The settings of TLS.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly X509Certificate2 _certificate = TestCertificates.Create("first");

    public static TheoryData<string> Servers => ["kestrel", "perch", "bare"];

    /// <summary>Those whose TLS is not the same code.</summary>
    public static TheoryData<string> Stacks => ["kestrel", "bare"];

    private string File => _folder.File("cert.pem");

    private string Key => _folder.File("key.pem");

    public void Dispose()
    {
        _certificate.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task CertfileAndKeyfile_ArePem(string http)
    {
        await using PerchProcess perch = await StartPemAsync("--http", http);
        Assert.StartsWith("https://127.0.0.1:", perch.Addresses[0], StringComparison.Ordinal);
        using HttpClient client = Clients.OfTls();
        string scope = await client.GetStringAsync(new Uri(perch.Address, "/scope"));
        Assert.Contains("scheme=https\n", scope, StringComparison.Ordinal);
        Assert.Contains("version=1.1\n", scope, StringComparison.Ordinal);
        Assert.Contains("tls=True", scope, StringComparison.Ordinal);
        Assert.Equal(0, await perch.StopAsync());
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Certfile_WithItsChain_IsTrustedByWhoTrustsTheRoot(string http)
    {
        using X509Certificate2 root = TestCertificates.Create("root", isAuthority: true);
        using X509Certificate2 between = TestCertificates.Create("between", root, isAuthority: true);
        using X509Certificate2 server = TestCertificates.Create("server", between);
        TestCertificates.WritePem(server, File, Key);
        System.IO.File.AppendAllText(File, "\n" + between.ExportCertificatePem());
        _folder.Write("root.pem", root.ExportCertificatePem());
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--ssl-certfile", File, "--ssl-keyfile", Key);
        Assert.Equal((0, "Hello, World!"), await CurlAsync("--cacert", _folder.File("root.pem"), perch.Address.AbsoluteUri));

        // curl's 60: the certificate's issuer is not known.
        Assert.Equal(60, (await CurlAsync(perch.Address.AbsoluteUri)).ExitCode);
    }

    [Theory]
    [InlineData("kestrel")]
    [InlineData("perch")]
    public async Task Http2_IsAgreedToByAlpn(string http)
    {
        await using PerchProcess perch = await StartPemAsync("--http", http);
        using HttpClient client = Clients.OfTls();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(perch.Address, "/scope"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using HttpResponseMessage response = await client.SendAsync(request);
        Assert.Contains("version=2\n", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kestrel")]
    [InlineData("perch")]
    public async Task NoHttp2_LeavesHttp1Alone(string http)
    {
        await using PerchProcess perch = await StartPemAsync("--http", http, "--no-http2");
        using HttpClient client = Clients.OfTls();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(perch.Address, "/scope"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        using HttpResponseMessage response = await client.SendAsync(request);
        Assert.Contains("version=1.1\n", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Http3_IsServedWhereThereIsQuic_AndRefusedWhereThereIsNone()
    {
        if (!System.Net.Quic.QuicListener.IsSupported)
        {
            TestCertificates.WritePem(_certificate, File, Key);
            Assert.Equal(
                (2, "", "perch: --http3 needs QUIC on this machine (libmsquic)."),
                await PerchProcess.RunAsync("run", TestApp.Name, "--ssl-certfile", File, "--ssl-keyfile", Key, "--http3"));
            return;
        }

        await using PerchProcess perch = await StartPemAsync("--http3");
        using HttpClient client = Clients.OfTls();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(perch.Address, "/scope"))
        {
            Version = HttpVersion.Version30,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        using HttpResponseMessage response = await client.SendAsync(request);
        Assert.Contains("version=3\n", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task KeyfilePassword_OpensTheKey(string http)
    {
        TestCertificates.WritePem(_certificate, File, Key, "secret");
        await using PerchProcess perch = await PerchProcess.StartAsync(
            TestApp.Name, "--http", http, "--ssl-certfile", File, "--ssl-keyfile", Key, "PERCH_SSL_KEYFILE_PASSWORD=secret");
        using HttpClient client = Clients.OfTls();
        Assert.Equal("Hello, World!", await client.GetStringAsync(perch.Address));
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task Certfile_MayBePfx(string http)
    {
        System.IO.File.WriteAllBytes(_folder.File("cert.pfx"), _certificate.Export(X509ContentType.Pfx, "secret"));
        await using PerchProcess perch = await PerchProcess.StartAsync(
            TestApp.Name, "--http", http, "--ssl-certfile", _folder.File("cert.pfx"), "--ssl-keyfile-password", "secret");
        using HttpClient client = Clients.OfTls();
        Assert.Equal("Hello, World!", await client.GetStringAsync(perch.Address));
    }

    [Theory]
    [InlineData("3", "--ssl-certfile", "/nowhere/cert.pem")]
    [InlineData("2", "--ssl-keyfile", "/nowhere/key.pem")]
    [InlineData("2", "--ssl-certfile", "x.pem", "--ssl-ciphers", "RC4")]
    public async Task WhatCannotBe_IsSaid(string exitCode, params string[] arguments)
    {
        (int code, _, string errors) = await PerchProcess.RunAsync(["run", TestApp.Name, "--port", "0", .. arguments]);
        Assert.Equal(exitCode, $"{code}");
        Assert.StartsWith("perch: ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', errors);
    }

    [Theory]
    [InlineData("kestrel", false)]
    [InlineData("kestrel", true)]
    [InlineData("bare", false)]
    [InlineData("bare", true)]
    public async Task ACertificateThatChanges_IsTakenUp(string http, bool linked)
    {
        string[] folders = [.. new[] { "one", "two" }.Select(name => Directory.CreateDirectory(_folder.File(name)).FullName)];
        string file = System.IO.Path.Combine(folders[0], "cert.pem");
        string key = System.IO.Path.Combine(folders[0], "key.pem");
        TestCertificates.WritePem(_certificate, file, key);
        string link = _folder.File("current");
        Directory.CreateSymbolicLink(link, folders[0]);
        string seenAt = linked ? link : folders[0];
        await using PerchProcess perch = await PerchProcess.StartAsync(
            TestApp.Name, "--http", http, "--ssl-certfile", System.IO.Path.Combine(seenAt, "cert.pem"), "--ssl-keyfile", System.IO.Path.Combine(seenAt, "key.pem"));
        string seen = "";
        using HttpClient client = Clients.OfTls(certificate => seen = certificate.Subject);
        await client.GetStringAsync(perch.Address);
        Assert.Equal("CN=first", seen);

        using X509Certificate2 second = TestCertificates.Create("second");
        if (linked)
        {
            // As Kubernetes does it: a new folder, and a link that leads there.
            TestCertificates.WritePem(second, System.IO.Path.Combine(folders[1], "cert.pem"), System.IO.Path.Combine(folders[1], "key.pem"));
            Directory.Delete(link);
            Directory.CreateSymbolicLink(link, folders[1]);
        }
        else
        {
            TestCertificates.WritePem(second, file, key);
        }

        await Wait.Until<object>(
            async () =>
            {
                await client.GetStringAsync(perch.Address);
                return seen == "CN=second" ? seen : null;
            },
            "the second certificate");
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task CertReqsRequired_ServesOnlyClientsOfTheAuthorities(string http)
    {
        using X509Certificate2 authority = TestCertificates.Create("authority", isAuthority: true);
        using X509Certificate2 known = TestCertificates.Create("known", authority);
        using X509Certificate2 stranger = TestCertificates.Create("stranger");
        _folder.Write("ca.pem", authority.ExportCertificatePem());
        await using PerchProcess perch = await StartPemAsync("--http", http, "--ssl-cert-reqs", "required", "--ssl-ca-certs", _folder.File("ca.pem"));
        using HttpClient good = Clients.OfTls(own: known);
        Assert.Equal("Hello, World!", await good.GetStringAsync(perch.Address));
        using HttpClient bad = Clients.OfTls(own: stranger);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => bad.GetStringAsync(perch.Address));
        using HttpClient none = Clients.OfTls();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => none.GetStringAsync(perch.Address));
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task CertReqsOptional_ServesClientsWithoutOne(string http)
    {
        using X509Certificate2 stranger = TestCertificates.Create("stranger");
        await using PerchProcess perch = await StartPemAsync("--http", http, "--ssl-cert-reqs", "optional");
        using HttpClient none = Clients.OfTls();
        Assert.Equal("Hello, World!", await none.GetStringAsync(perch.Address));
        using HttpClient bad = Clients.OfTls(own: stranger);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => bad.GetStringAsync(perch.Address));
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task Version_IsTheOnlyOne(string http)
    {
        await using PerchProcess perch = await StartPemAsync("--http", http, "--ssl-version", "tls12");
        Assert.Equal(SslProtocols.Tls12, (await HandshakeAsync(perch, SslProtocols.None)).SslProtocol);
        await Assert.ThrowsAnyAsync<Exception>(() => HandshakeAsync(perch, SslProtocols.Tls13));
    }

    [Theory]
    [MemberData(nameof(Stacks))]
    public async Task Ciphers_AreTheOnlyOnes(string http)
    {
        await using PerchProcess perch = await StartPemAsync("--http", http, "--ssl-ciphers", "TLS_CHACHA20_POLY1305_SHA256");
        Assert.Equal(TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256, (await HandshakeAsync(perch, SslProtocols.None)).NegotiatedCipherSuite);
    }

    private async Task<PerchProcess> StartPemAsync(params string[] arguments)
    {
        TestCertificates.WritePem(_certificate, File, Key);
        return await PerchProcess.StartAsync(TestApp.Name, ["--ssl-certfile", File, "--ssl-keyfile", Key, .. arguments]);
    }

    private static async Task<(int ExitCode, string Output)> CurlAsync(params string[] arguments)
    {
        using Process curl = Process.Start(new ProcessStartInfo("curl", ["--silent", "--http1.1", .. arguments]) { RedirectStandardOutput = true })!;
        string output = await Wait.For(curl.StandardOutput.ReadToEndAsync(), "what curl says");
        await Wait.For(curl.WaitForExitAsync(), "the end of curl");
        return (curl.ExitCode, output);
    }

    private static async Task<SslStream> HandshakeAsync(PerchProcess perch, SslProtocols protocols)
    {
        var socket = new TcpClient();
        await socket.ConnectAsync(perch.Address.Host, perch.Address.Port);
        var stream = new SslStream(socket.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) => certificate is not null);
        await Wait.For(
            stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = protocols }), "the handshake");
        return stream;
    }
}
