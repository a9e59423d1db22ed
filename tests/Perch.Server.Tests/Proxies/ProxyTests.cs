using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Perch.Conformance;
using Perch.Server.Tests.Apps;
using Perch.Server.Tests.Support;
using Perch.Server.Tests.Tls;
using Perch.Tests.Shared.Processes;

namespace Perch.Server.Tests.Proxies;

/// <summary>Proxies and load balancers in front of the process.</summary>
public sealed class ProxyTests
{
    public static TheoryData<string> Servers => ["kestrel", "perch", "bare"];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task ProxyHeaders_OfThisMachine_AreBelieved(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http);
        string scope = await Clients.RawAsync(
            perch.Address,
            Clients.Get("/scope", "x-forwarded-for: 203.0.113.9\r\nx-forwarded-proto: https\r\nx-forwarded-host: example.org\r\nx-forwarded-prefix: /api\r\n"));
        Assert.Contains("scheme=https\nroot_path=/api\npath=/api/scope\nraw_path=/scope\nclient=203.0.113.9:0\n", scope, StringComparison.Ordinal);
        Assert.Contains("host=example.org\n", scope, StringComparison.Ordinal);
        Assert.Contains("server=127.0.0.1:", scope, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--no-proxy-headers")]
    [InlineData("--forwarded-allow-ips", "10.0.0.0/8")]
    [InlineData("FORWARDED_ALLOW_IPS=10.0.0.1,10.0.0.2")]
    public async Task ProxyHeaders_OfOthers_AreNot(params string[] arguments)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, arguments);
        string scope = await Clients.RawAsync(perch.Address, Clients.Get("/scope", "x-forwarded-for: 203.0.113.9\r\nx-forwarded-proto: https\r\n"));
        Assert.Contains("scheme=http\n", scope, StringComparison.Ordinal);
        Assert.Contains("client=127.0.0.1:", scope, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("203.0.113.9, 10.1.2.3", "203.0.113.9:0")]
    [InlineData("1.1.1.1, 203.0.113.9, 10.1.2.3", "203.0.113.9:0")]
    [InlineData("10.9.9.9, 10.1.2.3", "10.9.9.9:0")]
    [InlineData("203.0.113.9:4711, 10.1.2.3", "203.0.113.9:4711")]
    [InlineData("[2001:db8::1]:4711", "[2001:db8::1]:4711")]
    [InlineData("2001:db8::1", "[2001:db8::1]:0")]
    public async Task ForwardedAllowIps_TheFirstFromTheRightThatIsNoProxy_IsTheClient(string forwarded, string client)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--forwarded-allow-ips", "127.0.0.1", "--forwarded-allow-ips", "10.0.0.0/8");
        string scope = await Clients.RawAsync(perch.Address, Clients.Get("/scope", $"x-forwarded-for: {forwarded}\r\n"));
        Assert.Contains($"client={client}\n", scope, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ForwardedAllowIps_OverAUnixSocket()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("app.sock");
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--uds", path);
        using HttpClient client = Clients.OfUnixSocket(path);
        client.DefaultRequestHeaders.Add("x-forwarded-for", "203.0.113.9");
        Assert.Contains("client=203.0.113.9:0\n", await client.GetStringAsync("/scope"), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task ProxyProtocol_Version1(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--proxy-protocol");
        string scope = await Clients.RawAsync(perch.Address, "PROXY TCP4 203.0.113.9 198.51.100.1 56324 443\r\n"u8.ToArray(), Clients.Get("/scope"));
        Assert.Contains("client=203.0.113.9:56324\nserver=198.51.100.1:443\n", scope, StringComparison.Ordinal);
        Assert.Contains("client=127.0.0.1:", await Clients.RawAsync(perch.Address, "PROXY UNKNOWN\r\n"u8.ToArray(), Clients.Get("/scope")), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task ProxyProtocol_Version2(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--proxy-protocol");
        byte[] header = [.. "\r\n\r\n\0\r\nQUIT\n"u8, 0x21, 0x11, 0, 15, 203, 0, 113, 9, 198, 51, 100, 1, 0xDC, 0x04, 0x01, 0xBB, 4, 0, 0];
        string scope = await Clients.RawAsync(perch.Address, header[..9], header[9..], Clients.Get("/scope"));
        Assert.Contains("client=203.0.113.9:56324\nserver=198.51.100.1:443\n", scope, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kestrel", "GET / HTTP/1.1\r\nhost: h\r\n\r\n")]
    [InlineData("kestrel", "PROXY TCP4 999.0.0.1 198.51.100.1 1 2\r\n")]
    [InlineData("kestrel", "PROXY TCP4 203.0.113.9 198.51.100.1 1\r\n")]
    [InlineData("bare", "GET / HTTP/1.1\r\nhost: h\r\n\r\n")]
    public async Task ProxyProtocol_AConnectionWithoutItsHeader_IsClosed(string http, string bytes)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--proxy-protocol");
        Assert.Equal("", await Clients.RawAsync(perch.Address, Encoding.ASCII.GetBytes(bytes)));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task ProxyProtocol_BeforeTls_IsReadFirst(string http)
    {
        using var folder = new TemporaryFolder();
        using X509Certificate2 certificate = TestCertificates.Create("server");
        TestCertificates.WritePem(certificate, folder.File("cert.pem"), folder.File("key.pem"));
        await using PerchProcess perch = await PerchProcess.StartAsync(
            TestApp.Name, "--http", http, "--proxy-protocol", "--ssl-certfile", folder.File("cert.pem"), "--ssl-keyfile", folder.File("key.pem"));
        using var socket = new TcpClient();
        await socket.ConnectAsync(perch.Address.Host, perch.Address.Port);
        await socket.GetStream().WriteAsync("PROXY TCP4 203.0.113.9 198.51.100.1 56324 443\r\n"u8.ToArray());
        await using var tls = new SslStream(socket.GetStream(), leaveInnerStreamOpen: true, (_, sent, _, _) => sent is not null);
        await Wait.For(tls.AuthenticateAsClientAsync("localhost"), "the handshake");
        await tls.WriteAsync(Clients.Get("/scope"));
        using var reader = new StreamReader(tls);
        string scope = await Wait.For(reader.ReadToEndAsync(), "the answer");
        Assert.Contains("scheme=https\n", scope, StringComparison.Ordinal);
        Assert.Contains("client=203.0.113.9:56324\nserver=198.51.100.1:443\n", scope, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task ProxyProtocol_AHeaderThatDoesNotCome_DoesNotHoldAStopUp(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--proxy-protocol", "--timeout-request-head", "3600");
        using var socket = new TcpClient();
        await socket.ConnectAsync(perch.Address.Host, perch.Address.Port);
        await socket.GetStream().WriteAsync("PROXY"u8.ToArray());
        Assert.Equal(0, await perch.StopAsync());
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task ProxyProtocol_OfAPeerThatIsNotBelieved_IsClosed(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--proxy-protocol", "--forwarded-allow-ips", "10.0.0.1");
        Assert.Equal("", await Clients.RawAsync(perch.Address, "PROXY UNKNOWN\r\n"u8.ToArray(), Clients.Get("/")));
    }
}
