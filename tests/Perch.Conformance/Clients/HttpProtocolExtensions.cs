using System.Net;
using System.Net.Security;
using Perch.Conformance.Hosts;

namespace Perch.Conformance.Clients;

/// <summary>What follows from a protocol.</summary>
internal static class HttpProtocolExtensions
{
    internal static bool IsTls(this HttpProtocol protocol) => protocol is HttpProtocol.Http1Tls or HttpProtocol.Http2Tls;

    internal static bool IsHttp2(this HttpProtocol protocol) => protocol is HttpProtocol.Http2 or HttpProtocol.Http2Tls;

    /// <summary>The address of the app, <c>https://127.0.0.1:8443</c>.</summary>
    internal static string Origin(this HttpProtocol protocol, ConformanceProcess app) =>
        protocol.IsTls() ? $"https://127.0.0.1:{app.HttpsPort}" : $"http://127.0.0.1:{app.Port}";

    /// <summary>curl's options for it.</summary>
    internal static string[] CurlOptions(this HttpProtocol protocol) => protocol switch
    {
        HttpProtocol.Http1 or HttpProtocol.Http1Tls => ["--http1.1"],
        HttpProtocol.Http2 => ["--http2-prior-knowledge"],
        _ => ["--http2"],
    };

    /// <summary>A client that speaks this protocol and no other, on connections of its own.</summary>
    internal static HttpClient CreateClient(this HttpProtocol protocol, ConformanceProcess app) => new(CreateHandler())
    {
        BaseAddress = new Uri(protocol.Origin(app)),
        DefaultRequestVersion = protocol.IsHttp2() ? HttpVersion.Version20 : HttpVersion.Version11,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = TimeSpan.FromSeconds(60),
    };

    /// <summary>A handler that trusts the certificate that the app made for itself.</summary>
    internal static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.Subject == "CN=localhost",
        },
    };
}
