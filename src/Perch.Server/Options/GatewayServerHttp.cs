using Perch.Http;

namespace Perch.Server;

/// <summary>What serves HTTP, and what it says of itself.</summary>
public sealed class GatewayServerHttp
{
    private string _rootPath = "";

    /// <summary>What serves HTTP. Defaults to <see cref="GatewayHttp.Kestrel"/>.</summary>
    public GatewayHttp Server { get; set; } = GatewayHttp.Kestrel;

    /// <summary>
    /// The <c>root_path</c> of the scope, for a server behind a proxy that strips it from the path. Defaults to none, as uvicorn's
    /// <c>--root-path</c>.
    /// </summary>
    /// <exception cref="ArgumentException">It does not begin with a slash, or it ends with one.</exception>
    public string RootPath
    {
        get => _rootPath;
        set
        {
            // The raw path has the rule; it is not written twice.
            new HttpGatewayOptions().RootPath = value;
            _rootPath = value;
        }
    }

    /// <summary>Whether answers have a <c>server</c> field. Defaults to true, as uvicorn's <c>--server-header</c>.</summary>
    public bool ServerHeader { get; set; } = true;

    /// <summary>
    /// Whether answers have a <c>date</c> field. Defaults to true, as uvicorn's <c>--date-header</c> (RFC 9110 §6.6.1). Kestrel's HTTP stack always
    /// sends it.
    /// </summary>
    public bool DateHeader { get; set; } = true;
}
