using System.Security.Cryptography.X509Certificates;

namespace Perch.Http.Connections;

/// <summary>A feature of connections with TLS, from whoever speaks it: the certificate that the server has shown.</summary>
internal interface IServerCertificateFeature
{
    /// <summary>Null where it is not known.</summary>
    X509Certificate? ServerCertificate { get; }
}
