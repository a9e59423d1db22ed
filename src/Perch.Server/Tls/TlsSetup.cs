using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Perch.Http.Connections;

namespace Perch.Server.Tls;

/// <summary>TLS on an endpoint.</summary>
internal sealed class TlsSetup
{
    private readonly GatewayServerTls _tls;
    private readonly CertificateSource _certificate;
    private readonly X509Certificate2Collection _authorities = [];
    private readonly CipherSuitesPolicy? _ciphers;

    /// <exception cref="GatewayServerStartException">A file cannot be read.</exception>
    internal TlsSetup(GatewayServerTls tls)
    {
        _tls = tls;
        _certificate = new CertificateSource(tls);
        try
        {
            if (tls.AuthoritiesFile is { } file)
            {
                _authorities.ImportFromPemFile(file);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new GatewayServerStartException($"The authorities {tls.AuthoritiesFile} cannot be used: {exception.Message}", exception);
        }

        if (tls.Ciphers.Count > 0 && !OperatingSystem.IsWindows() && !OperatingSystem.IsAndroid())
        {
            _ciphers = new CipherSuitesPolicy(tls.Ciphers.Select(Enum.Parse<TlsCipherSuite>));
        }
    }

    internal void Use(ListenOptions listen)
    {
        ILogger logger = LoggerOf(listen.ApplicationServices.GetRequiredService<ILoggerFactory>());
        listen.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => new(OptionsOf(_certificate.Get(logger))) });
    }

    /// <summary>The options of each handshake of a bare listener.</summary>
    internal Func<SslServerAuthenticationOptions> ForListener(ILoggerFactory loggers)
    {
        ILogger logger = LoggerOf(loggers);
        return () => TlsEndPoint.Complete(OptionsOf(_certificate.Get(logger)));
    }

    private static ILogger LoggerOf(ILoggerFactory loggers) => loggers.CreateLogger("Perch.Server.Tls");

    private SslServerAuthenticationOptions OptionsOf(SslStreamCertificateContext certificate)
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = certificate,
            EnabledSslProtocols = _tls.Protocols,
            CipherSuitesPolicy = _ciphers,
            ClientCertificateRequired = _tls.ClientCertificate != ClientCertificate.None,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        };
        if (options.ClientCertificateRequired)
        {
            options.RemoteCertificateValidationCallback = (_, _, _, errors) =>
                errors == SslPolicyErrors.None || (errors == SslPolicyErrors.RemoteCertificateNotAvailable && _tls.ClientCertificate == ClientCertificate.Optional);
            if (_authorities.Count > 0)
            {
                options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
                options.CertificateChainPolicy.CustomTrustStore.AddRange(_authorities);
            }
        }

        return options;
    }
}
