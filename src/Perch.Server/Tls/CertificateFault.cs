using System.Security.Cryptography;

namespace Perch.Server.Tls;

/// <summary>Why a certificate and its key cannot be used, in words that say what to do.</summary>
internal static class CertificateFault
{
    /// <summary>A sentence for what reading the files threw.</summary>
    internal static string Explain(GatewayServerTls tls, Exception exception) => exception switch
    {
        UnauthorizedAccessException => "this user may not read it, or its key.",
        not (CryptographicException or ArgumentException) => exception.Message,
        _ when tls.IsPfx => tls.KeyPassword is null ? "it is no PFX file, or has a password (--ssl-keyfile-password)." : "it is no PFX file, or its password is another.",
        _ => ExplainPem(tls) ?? exception.Message,
    };

    private static string? ExplainPem(GatewayServerTls tls)
    {
        string keyFile = tls.KeyFile ?? tls.CertificateFile!;
        string key = File.ReadAllText(keyFile);
        if (!File.ReadAllText(tls.CertificateFile!).Contains("CERTIFICATE-----", StringComparison.Ordinal))
        {
            return "there is no certificate in it.";
        }

        if (!key.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            return $"there is no key in {keyFile}{(tls.KeyFile is null ? "; --ssl-keyfile names another file" : "")}.";
        }

        if (key.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
        {
            return $"the key in {keyFile} is encrypted in a form that is not read; openssl pkcs8 -topk8 makes one that is.";
        }

        bool isEncrypted = key.Contains("ENCRYPTED PRIVATE KEY", StringComparison.Ordinal);
        return (isEncrypted, tls.KeyPassword) switch
        {
            (true, null) => $"the key in {keyFile} is encrypted, and there is no --ssl-keyfile-password.",
            (true, _) => $"the password is not that of the key in {keyFile}, or the key not that of the certificate.",
            (false, null) => $"the key in {keyFile} is not that of the certificate.",
            (false, _) => $"the key in {keyFile} is not encrypted, and there is an --ssl-keyfile-password.",
        };
    }
}
