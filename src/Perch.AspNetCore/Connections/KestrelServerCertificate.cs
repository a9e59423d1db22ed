using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Perch.Http.Connections;

namespace Perch.AspNetCore.Connections;

/// <summary>The certificate that Kestrel's TLS has shown, for the raw path, which knows no feature of Kestrel's.</summary>
internal sealed class KestrelServerCertificate(ISslStreamFeature tls) : IServerCertificateFeature
{
    public X509Certificate? ServerCertificate => tls.SslStream.LocalCertificate;
}
