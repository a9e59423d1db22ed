using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Perch.Server.Tls;

/// <summary>
/// The server's certificate, read again when its files have changed. They are looked at when a client comes, at most once a second: a
/// watcher would miss the change of a link's target, which is how certificates are replaced in containers.
/// </summary>
internal sealed partial class CertificateSource
{
    private const long LookEvery = 1000;

    private readonly GatewayServerTls _tls;
    private readonly Lock _lock = new();
    private SslStreamCertificateContext _current;
    private string _stamp;
    private long _lookedAt = Environment.TickCount64;

    /// <exception cref="GatewayServerStartException">The files cannot be read, or do not go together.</exception>
    internal CertificateSource(GatewayServerTls tls)
    {
        _tls = tls;
        try
        {
            _stamp = Stamp();
            _current = Load();
        }
        catch (Exception exception) when (IsBadFile(exception))
        {
            throw new GatewayServerStartException($"The certificate {tls.CertificateFile} cannot be used: {exception.Message}", exception);
        }
    }

    /// <summary>The certificate and its chain, as they are now.</summary>
    /// <param name="logger">Where a change is logged.</param>
    internal SslStreamCertificateContext Get(ILogger logger)
    {
        lock (_lock)
        {
            long now = Environment.TickCount64;
            if (now - _lookedAt < LookEvery)
            {
                return _current;
            }

            _lookedAt = now;
            try
            {
                string stamp = Stamp();
                if (stamp != _stamp)
                {
                    _current = Load();
                    _stamp = stamp;
                    LogChanged(logger, _tls.CertificateFile!);
                }
            }
            catch (Exception exception) when (IsBadFile(exception))
            {
                // Half of a replacement perhaps: the next look may find the rest.
                LogNotRead(logger, _tls.CertificateFile!, exception.Message);
            }

            return _current;
        }
    }

    private static bool IsBadFile(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException;

    private string Stamp() => $"{StampOf(_tls.CertificateFile!)}|{(_tls.KeyFile is { } key ? StampOf(key) : "")}";

    /// <summary>What differs when a file has been replaced: the file that a link leads to in the end, its time, its length.</summary>
    private static string StampOf(string path)
    {
        string real = new FileInfo(path).FullName;
        for (string? part = real; part is not null; part = Path.GetDirectoryName(part))
        {
            // A link anywhere on the way: Kubernetes' is the folder.
            if (Directory.ResolveLinkTarget(part, returnFinalTarget: true) is { } target)
            {
                real = target.FullName + real[part.Length..];
                break;
            }
        }

        var file = new FileInfo(real);
        return file.Exists ? $"{file.FullName}:{file.LastWriteTimeUtc.Ticks}:{file.Length}" : throw new FileNotFoundException($"there is no file {path}.");
    }

    private SslStreamCertificateContext Load()
    {
        string file = _tls.CertificateFile!;
        var chain = new X509Certificate2Collection();
        X509Certificate2 certificate;
        if (_tls.IsPfx)
        {
            chain = X509CertificateLoader.LoadPkcs12CollectionFromFile(file, _tls.KeyPassword);
            certificate = chain.FirstOrDefault(static one => one.HasPrivateKey) ?? throw new CryptographicException("it has no private key.");
            chain.Remove(certificate);
        }
        else
        {
            certificate = _tls.KeyPassword is { } password
                ? X509Certificate2.CreateFromEncryptedPemFile(file, password, _tls.KeyFile)
                : X509Certificate2.CreateFromPemFile(file, _tls.KeyFile);
            chain.ImportFromPemFile(file);
            chain.Remove(certificate);
        }

        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    [LoggerMessage(110, LogLevel.Information, "The certificate {File} has changed and is taken up.", EventName = "CertificateChanged")]
    private static partial void LogChanged(ILogger logger, string file);

    [LoggerMessage(111, LogLevel.Warning, "The certificate {File} has changed and cannot be used; the old one stays: {Reason}", EventName = "CertificateNotRead")]
    private static partial void LogNotRead(ILogger logger, string file, string reason);
}
