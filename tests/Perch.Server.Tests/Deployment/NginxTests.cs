using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Perch.Conformance;
using Perch.Server.Tests.Apps;
using Perch.Server.Tests.Support;
using Perch.Server.Tests.Tls;
using Perch.Tests.Shared.Processes;

namespace Perch.Server.Tests.Deployment;

/// <summary>Behind nginx, with the configuration of docs/deployment.md.</summary>
public sealed class NginxTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [ProgramTheory("nginx")]
    [InlineData("kestrel")]
    [InlineData("perch")]
    [InlineData("bare")]
    public async Task BehindNginx_TheAppSeesTheClientsRequest(string http)
    {
        string[] options = [.. DeploymentPage.OptionsWith("--uds").Select(option => option.StartsWith('/') ? _folder.File("app.sock") : option)];
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, ["--http", http, .. options]);
        int port = Ports.Free();
        using Process nginx = await StartNginxAsync(port);
        try
        {
            using HttpClient client = Clients.OfTls();
            for (int request = 0; request < 3; request++)
            {
                string scope = await client.GetStringAsync(new Uri($"https://127.0.0.1:{port}/scope?q=1"));
                Assert.Contains("scheme=https\n", scope, StringComparison.Ordinal);
                Assert.Contains("path=/scope\n", scope, StringComparison.Ordinal);
                Assert.Contains("client=127.0.0.1:0\n", scope, StringComparison.Ordinal);
                Assert.Contains($"host=127.0.0.1:{port}\n", scope, StringComparison.Ordinal);
            }

            using var body = new ByteArrayContent(new byte[300_000]);
            using HttpResponseMessage echo = await client.PostAsync(new Uri($"https://127.0.0.1:{port}/echo"), body);
            Assert.Equal("300000", await echo.Content.ReadAsStringAsync());

            using var socket = new ClientWebSocket();
            socket.Options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
            await Wait.For(socket.ConnectAsync(new Uri($"wss://127.0.0.1:{port}/"), CancellationToken.None), "the handshake");
            await socket.SendAsync(Encoding.UTF8.GetBytes("hello"), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
            byte[] buffer = new byte[100];
            WebSocketReceiveResult received = await Wait.For(socket.ReceiveAsync(buffer, CancellationToken.None), "the echo");
            Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, received.Count));
        }
        finally
        {
            nginx.Kill();
            await Wait.For(nginx.WaitForExitAsync(), "the end of nginx");
        }
    }

    private async Task<Process> StartNginxAsync(int port)
    {
        using X509Certificate2 certificate = TestCertificates.Create("nginx");
        TestCertificates.WritePem(certificate, _folder.File("cert.pem"), _folder.File("key.pem"));
        string server = DeploymentPage.Block("nginx")
            .Replace("/run/myapp/app.sock", _folder.File("app.sock"), StringComparison.Ordinal)
            .Replace("/etc/ssl/myapp.pem", _folder.File("cert.pem"), StringComparison.Ordinal)
            .Replace("/etc/ssl/myapp.key", _folder.File("key.pem"), StringComparison.Ordinal)
            .Replace("listen 443 ssl;", $"listen 127.0.0.1:{port} ssl;", StringComparison.Ordinal);

        // One process, of this user, which leaves nothing outside of the folder.
        string[] temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        _folder.Write("nginx.conf", $$"""
            daemon off;
            master_process off;
            pid {{_folder.File("nginx.pid")}};
            events { }
            http {
                access_log off;
                {{string.Concat(temporary.Select(name => $"{name}_temp_path {_folder.File(name)};"))}}
                {{server}}
            }
            """);
        Process nginx = Process.Start(
            Programs.Find("nginx")!, ["-e", "stderr", "-p", _folder.Path, "-c", _folder.File("nginx.conf")]);
        await Wait.Until(
            async () =>
            {
                Assert.False(nginx.HasExited, "nginx has ended: its errors are above.");
                try
                {
                    using var probe = new TcpClient();
                    await probe.ConnectAsync(IPAddress.Loopback, port);
                    return nginx;
                }
                catch (SocketException)
                {
                    return null;
                }
            },
            "that nginx listens");
        return nginx;
    }
}
