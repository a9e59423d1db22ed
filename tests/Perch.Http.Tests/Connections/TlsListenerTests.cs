using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Perch.Http.Tests.WebSockets;
using Perch.Http.WebSockets.Framing;
using Perch.Shared;

namespace Perch.Http.Tests.Connections;

/// <summary>TLS of the bare listener, over real sockets.</summary>
public sealed class TlsListenerTests : IDisposable
{
    private const byte AlertRecord = 21;

    private readonly X509Certificate2 _certificate = TestCertificate.Create("server");

    [Theory]
    [InlineData(SslProtocols.Tls12, 0x0303)]
    [InlineData(SslProtocols.Tls13, 0x0304)]
    public async Task RequestsAreServed_AndTheScopeHasTheFactsOfTls(SslProtocols protocol, int version)
    {
        HttpScope? seen = null;
        await using ListenerHost host = await StartAsync(
            async (scope, receive, send) =>
            {
                seen = ((HttpScope)scope).Detach();
                await Apps.Hello(scope, receive, send);
            },
            tls => tls.EnabledSslProtocols = protocol);
        await using SslStream client = await ConnectAsync(host);

        await client.WriteAsync(Encoding.ASCII.GetBytes(Apps.Get + Apps.Get));

        Assert.Equal(Apps.HelloAnswer + Apps.HelloAnswer, await ReadAsync(client, 2 * Apps.HelloAnswer.Length));
        Assert.Equal("https", seen!.Scheme);
        Assert.True(seen.Offers(ExtensionNames.Tls));
        Assert.Equal(version, seen.Tls!.TlsVersion);
        Assert.NotNull(seen.Tls.CipherSuite);
        Assert.Equal(_certificate.ExportCertificatePem(), seen.Tls.ServerCert);
        Assert.Empty(seen.Tls.ClientCertChain);
        Assert.Empty(host.Log.AboveDebug);
    }

    [Fact]
    public async Task ClientCertificate_IsInTheScope()
    {
        using X509Certificate2 certificate = TestCertificate.Create("client");
        TlsInfo? seen = null;
        await using ListenerHost host = await StartAsync(
            async (scope, receive, send) =>
            {
                seen = ((HttpScope)scope).Tls;
                await Apps.Hello(scope, receive, send);
            },
            tls =>
            {
                tls.ClientCertificateRequired = true;
                tls.RemoteCertificateValidationCallback = (_, client, _, _) => client is not null;
            });
        await using SslStream client = await ConnectAsync(host, options => options.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate);

        await client.WriteAsync(Encoding.ASCII.GetBytes(Apps.Get));

        Assert.Equal(Apps.HelloAnswer, await ReadAsync(client, Apps.HelloAnswer.Length));
        Assert.Equal(certificate.Subject, seen!.ClientCertName);
        Assert.Equal([certificate.ExportCertificatePem()], seen.ClientCertChain);
    }

    // RFC 7301 §3.2.
    [Fact]
    public async Task Alpn_IsHttp11_AndAClientThatHasItNotIsRefused()
    {
        await using ListenerHost host = await StartAsync(Apps.Hello);

        await using SslStream both = await ConnectAsync(host, options => options.ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11]);
        Assert.Equal(SslApplicationProtocol.Http11, both.NegotiatedApplicationProtocol);
        await Assert.ThrowsAsync<AuthenticationException>(
            () => ConnectAsync(host, options => options.ApplicationProtocols = [SslApplicationProtocol.Http2]));
        Assert.Empty(host.Log.AboveDebug);
    }

    // RFC 9112 §9.8, RFC 5246 §7.2.1: a close_notify, so that the client can tell the end from a cut. TLS 1.2 shows what is an alert.
    [Fact]
    public async Task LastAnswer_IsFollowedByTheEndOfTls()
    {
        await using ListenerHost host = await StartAsync(Apps.Hello, tls => tls.EnabledSslProtocols = SslProtocols.Tls12);
        var records = new MemoryStream();
        await using SslStream client = await ConnectAsync(host, wrap: socket => new RecordingStream(socket, records));

        await client.WriteAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"u8.ToArray());

        Assert.Equal(Apps.LastHelloAnswer, await ReadAsync(client, int.MaxValue));
        Assert.Equal(AlertRecord, LastRecordType(records.ToArray()));
        await host.GoneAsync();
    }

    // RFC 6455 §7.1.1: the server closes the connection; an app that takes its time does not keep it open. RFC 8446 §6.1: TLS is ended before.
    [Fact]
    public async Task WebSocketsConnection_EndsWithTheCloses_AndNotWithTheApp()
    {
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using ListenerHost host = await StartAsync(
            async (scope, receive, send) =>
            {
                await send(new WebSocketAccept());
                await goOn.Task;
            },
            tls => tls.EnabledSslProtocols = SslProtocols.Tls12);
        var records = new MemoryStream();
        Socket? socket = null;
        await using SslStream client = await ConnectAsync(host, wrap: connected => new RecordingStream(socket = connected, records));
        await client.WriteAsync(Encoding.ASCII.GetBytes(WebSocketHandshakeTests.Handshake));
        await client.WriteAsync(Frames.Close(1000));

        string answer = await ReadAsync(client, int.MaxValue);

        Assert.EndsWith("\r\n\r\n" + Encoding.Latin1.GetString(Frames.Server(Opcode.Close, Frames.ClosePayloadOf(1000))), answer, StringComparison.Ordinal);
        Assert.Equal(AlertRecord, LastRecordType(records.ToArray()));
        Assert.Equal("", await socket!.ReadToEndAsync());
        goOn.SetResult();
        await host.GoneAsync();
        Assert.Empty(host.Log.AboveDebug);
    }

    [Fact]
    public async Task LargeBody_ComesBackWhole()
    {
        await using ListenerHost host = await StartAsync(Apps.Echo);
        await using SslStream client = await ConnectAsync(host);
        string body = new('x', 500_000);

        Task writing = client.WriteAsync(Encoding.ASCII.GetBytes($"POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: {body.Length}\r\n\r\n{body}")).AsTask();

        string expected = Apps.Answer("/p " + body);
        Assert.Equal(expected, await ReadAsync(client, expected.Length));
        await writing.Within("the end of the request");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\u0016\u0003\u0001")]
    public async Task HandshakeThatStalls_IsGivenUp(string start)
    {
        await using ListenerHost host = await StartAsync(Apps.Hello, limits: limits => limits.TlsHandshakeTimeout = TimeSpan.FromSeconds(1));
        using Socket client = await host.ConnectAsync();
        var clock = Stopwatch.StartNew();

        await client.SendAsync(start);

        Assert.Equal("", await client.ReadToEndAsync());

        // Less than the default of 10 s.
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 9);
        await host.GoneAsync();
        Assert.Empty(host.Log.AboveDebug);
    }

    [Fact]
    public async Task ClientThatSpeaksNoTls_IsClosed()
    {
        await using ListenerHost host = await StartAsync(Apps.Hello);
        using Socket client = await host.ConnectAsync();

        await client.SendAsync(Apps.Get);

        Assert.DoesNotContain("HTTP", await client.ReadToEndAsync(), StringComparison.Ordinal);
        await host.GoneAsync();
        Assert.Empty(host.Log.AboveDebug);
    }

    [Fact]
    public async Task Stop_WaitsForNoHandshake_AndClosesWhatIdles()
    {
        await using ListenerHost host = await StartAsync(Apps.Hello, limits: limits => limits.TlsHandshakeTimeout = TimeSpan.FromHours(1));
        using Socket silent = await host.ConnectAsync();
        await using SslStream idle = await ConnectAsync(host);

        await host.Listener.StopAsync().Within("the stop");

        Assert.Equal("", await silent.ReadToEndAsync());
        Assert.Equal("", await ReadAsync(idle, 1));
        Assert.Empty(host.Log.AboveDebug);
    }

    // It would not understand an answer before its handshake.
    [Fact]
    public async Task ConnectionBeyondTheLimit_IsClosedSilently()
    {
        await using ListenerHost host = await StartAsync(Apps.Hello, limits: limits => limits.MaxConnections = 1);
        await using SslStream first = await ConnectAsync(host);
        using Socket second = await host.ConnectAsync();

        Assert.Equal("", await second.ReadToEndAsync());
    }

    [Fact]
    public async Task PlainEndPoint_IsServedBeside()
    {
        await using ListenerHost host = await StartAsync(Apps.Hello);
        EndPoint plain = await host.Listener.ListenAsync(new IPEndPoint(IPAddress.Loopback, 0));
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(plain);

        await client.SendAsync(Apps.Get);

        await client.ExpectAsync(Apps.HelloAnswer);
        await host.Listener.StopAsync();
        await Assert.ThrowsAnyAsync<SocketException>(async () =>
        {
            using var late = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            await late.ConnectAsync(plain);
        });
    }

    [Fact]
    public async Task WithoutACertificate_ItDoesNotStart()
    {
        bool called = false;
        await using var host = new ListenerHost((_, _, _) =>
        {
            called = true;
            return Task.CompletedTask;
        });

        await Assert.ThrowsAsync<ArgumentException>(() => host.Listener.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), new SslServerAuthenticationOptions()));

        Assert.False(called);
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Listener.ListenAsync(new IPEndPoint(IPAddress.Loopback, 0)));
    }

    public void Dispose() => _certificate.Dispose();

    private async Task<SslStream> ConnectAsync(ListenerHost host, Action<SslClientAuthenticationOptions>? configure = null, Func<Socket, Stream>? wrap = null)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = "127.0.0.1", RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.GetCertHashString() == _certificate.GetCertHashString() };
        configure?.Invoke(options);
        Socket socket = await host.ConnectAsync();
        var stream = new SslStream(wrap?.Invoke(socket) ?? new NetworkStream(socket, ownsSocket: true));
        try
        {
            await stream.AuthenticateAsClientAsync(options).Within("the handshake");
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    // RFC 5246 §6.2.1: a type, two bytes of version, two of length, and the rest.
    private static byte LastRecordType(byte[] records)
    {
        byte type = 0;
        for (int at = 0; at < records.Length; at += 5 + BinaryPrimitives.ReadUInt16BigEndian(records.AsSpan(at + 3)))
        {
            type = records[at];
        }

        return type;
    }

    /// <summary>Reads as many bytes, or up to the end.</summary>
    private static async Task<string> ReadAsync(SslStream stream, int count)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[65536];
        while (text.Length < count && await stream.ReadAsync(buffer).AsTask().Within("more of the answer, or its end") is > 0 and int read)
        {
            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }

        return text.ToString();
    }

    private async Task<ListenerHost> StartAsync(GatewayApp app, Action<SslServerAuthenticationOptions>? configure = null, Action<HttpGatewayLimits>? limits = null)
    {
        var host = new ListenerHost(
            app,
            options =>
            {
                options.DateHeader = options.ServerHeader = false;
                limits?.Invoke(options.Limits);
            },
            LifespanMode.Off);
        var tls = new SslServerAuthenticationOptions { ServerCertificate = _certificate };
        configure?.Invoke(tls);
        await host.Listener.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), tls);
        return host;
    }

    /// <summary>Keeps what comes from the server, as it is on the wire.</summary>
    private sealed class RecordingStream(Socket socket, MemoryStream records) : NetworkStream(socket, ownsSocket: true)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read = await base.ReadAsync(buffer, cancellationToken);
            records.Write(buffer.Span[..read]);
            return read;
        }
    }
}
