using Perch.Http;
using Perch.Server.Layers;

namespace Perch.Server;

/// <summary>What serves HTTP, and what it says of itself.</summary>
public sealed class GatewayServerHttp
{
    /// <summary>What serves HTTP. Defaults to <see cref="GatewayHttp.Kestrel"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is no value of the enum.</exception>
    public GatewayHttp Server { get; set => field = OptionValue.Defined(value); } = GatewayHttp.Kestrel;

    /// <summary>
    /// The <c>root_path</c> of the scope, for a server behind a proxy that strips it from the path. Defaults to none, as uvicorn's
    /// <c>--root-path</c>.
    /// </summary>
    /// <exception cref="ArgumentException">It does not begin with a slash, or it ends with one.</exception>
    public string RootPath { get; set => field = OptionValue.RootPath(value); } = "";

    /// <summary>
    /// Whether HTTP/2 is served too: by ALPN with TLS, to clients that begin with its preface without (RFC 9113 §3.3). Defaults to true. A bare
    /// listener has none.
    /// </summary>
    public bool Http2 { get; set; } = true;

    /// <summary>
    /// Whether HTTP/3 is served too, on the same port over UDP; it needs TLS, <see cref="GatewayHttp.Kestrel"/> and QUIC on this machine. Defaults to
    /// false.
    /// </summary>
    public bool Http3 { get; set; }

    /// <summary>Fields that every answer has, each <c>name: value</c>. Defaults to none, as uvicorn's <c>--header</c>.</summary>
    /// <exception cref="FormatException">One has no colon, or cannot be a field (RFC 9110 §5), or is one of the connection's own.</exception>
    public IReadOnlyList<string> Headers
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            foreach (string header in value)
            {
                _ = HeaderSyntax.Parse(header);
            }

            field = value;
        }
    } = [];

    /// <summary>Whether answers have a <c>server</c> field. Defaults to true, as uvicorn's <c>--server-header</c>.</summary>
    public bool ServerHeader { get; set; } = true;

    /// <summary>
    /// Whether answers have a <c>date</c> field. Defaults to true, as uvicorn's <c>--date-header</c> (RFC 9110 §6.6.1). Kestrel's HTTP stack always
    /// sends it.
    /// </summary>
    public bool DateHeader { get; set; } = true;
}
