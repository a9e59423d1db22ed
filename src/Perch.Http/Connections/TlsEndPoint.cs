using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Perch.Http.Connections;

/// <summary>
/// TLS on the connections of an endpoint:
/// <list type="number">
/// <item>the handshake, within its time-out;</item>
/// <item>the connection is served, its transport being what is inside of TLS;</item>
/// <item>the client is told the end (RFC 8446 §6.1), so that it can tell it from a cut.</item>
/// </list>
/// </summary>
internal sealed class TlsEndPoint
{
    private readonly Func<SslServerAuthenticationOptions> _options;
    private readonly CancellationToken _stop;

    /// <param name="options">Those of the next handshake, from <see cref="Complete"/>: a certificate may be replaced while the server runs.</param>
    /// <param name="stop">The server stops: it waits for no handshake.</param>
    internal TlsEndPoint(Func<SslServerAuthenticationOptions> options, CancellationToken stop)
    {
        _options = options;
        _stop = stop;
    }

    /// <summary>Completes options: ALPN has <c>http/1.1</c> if it has nothing, and the certificate's chain is built once.</summary>
    /// <returns>The same options.</returns>
    /// <exception cref="ArgumentException">They have no certificate.</exception>
    internal static SslServerAuthenticationOptions Complete(SslServerAuthenticationOptions options)
    {
        if (options.ServerCertificateContext is null && options.ServerCertificateSelectionCallback is null)
        {
            options.ServerCertificateContext = options.ServerCertificate is X509Certificate2 certificate
                ? SslStreamCertificateContext.Create(certificate, additionalCertificates: null)
                : throw new ArgumentException("TLS needs a server certificate with its private key.", nameof(options));
        }

        // RFC 7301 §3.2: a client that offers other protocols alone is told so by an alert.
        options.ApplicationProtocols ??= [SslApplicationProtocol.Http11];
        return options;
    }

    internal async Task OnConnectionAsync(ConnectionContext connection, HttpGateway gateway)
    {
        IDuplexPipe outside = connection.Transport;
        await using var stream = new SslStream(new DuplexStream(outside));
        if (!await AuthenticateAsync(stream, connection, gateway))
        {
            return;
        }

        var feature = new TlsFeature(stream);
        connection.Features.Set<ITlsHandshakeFeature>(feature);
        connection.Features.Set<ITlsConnectionFeature>(feature);
        connection.Features.Set<IServerCertificateFeature>(feature);
        var end = new TlsEnd(stream, outside.Output);
        connection.Features.Set(end);
        connection.Transport = new TlsPipe(stream, connection.Features.Get<IMemoryPoolFeature>()?.MemoryPool);
        try
        {
            await gateway.ServeAsync(connection);
        }
        finally
        {
            connection.Transport = outside;
        }

        using (gateway.WatchEnd(connection))
        {
            await end.TellAsync();
        }
    }

    /// <summary>(1) False if there is nobody to talk to.</summary>
    private async Task<bool> AuthenticateAsync(SslStream stream, ConnectionContext connection, HttpGateway gateway)
    {
        using var timeout = new CancellationTokenSource(gateway.Options.Limits.TlsHandshakeTimeout, gateway.Time);
        using CancellationTokenRegistration stopping = _stop.UnsafeRegister(static timeout => ((CancellationTokenSource)timeout!).Cancel(), timeout);
        try
        {
            await stream.AuthenticateAsServerAsync(_options(), timeout.Token);
            return true;
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException or OperationCanceledException)
        {
            gateway.Log.HandshakeFailed(connection.ConnectionId, exception.Message);
            return false;
        }
    }
}
