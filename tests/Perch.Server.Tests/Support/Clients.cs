using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Perch.Conformance;

namespace Perch.Server.Tests.Support;

/// <summary>Clients of a server.</summary>
internal static class Clients
{
    /// <summary>One that speaks over a Unix socket.</summary>
    internal static HttpClient OfUnixSocket(string path) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellation) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    { BaseAddress = new Uri("http://localhost") };

    /// <summary>One that takes any certificate, and tells which it was given.</summary>
    internal static HttpClient OfTls(Action<X509Certificate2>? seen = null, X509Certificate2? own = null) => new(new SocketsHttpHandler
    {
        PooledConnectionLifetime = TimeSpan.Zero,
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                // Made for the test: nobody vouches for it.
                seen?.Invoke((X509Certificate2)certificate!);
                return certificate is not null;
            },
            LocalCertificateSelectionCallback = own is null ? null : (_, _, _, _, _) => own,
        },
    })
    { DefaultRequestVersion = HttpVersion.Version11 };

    /// <summary>Sends bytes on a connection of their own, and reads until it is closed.</summary>
    internal static async Task<string> RawAsync(Uri address, params byte[][] parts)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var read = new MemoryStream();
        try
        {
            await socket.ConnectAsync(address.Host.Trim('[', ']'), address.Port);
            using var stream = new NetworkStream(socket);
            foreach (byte[] part in parts)
            {
                await stream.WriteAsync(part);
            }

            await Wait.For(stream.CopyToAsync(read), "the end of the connection");
        }
        catch (Exception exception) when (exception is IOException or SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            // A reset is an end as well, and may come before the connection is known to be there.
        }

        return Encoding.Latin1.GetString(read.ToArray());
    }

    /// <summary>A GET request, after which the connection is closed.</summary>
    internal static byte[] Get(string path, string fields = "") =>
        Encoding.Latin1.GetBytes($"GET {path} HTTP/1.1\r\nhost: h\r\nconnection: close\r\n{fields}\r\n");
}
