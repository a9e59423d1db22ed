using Microsoft.Extensions.Configuration;
using Perch.Http;
using Perch.Server.Settings;

namespace Perch.Server;

/// <summary>
/// Every setting of the server. The command line, the environment, files and <c>appsettings</c> set the same ones: docs/settings.md has
/// their names there.
/// </summary>
public sealed class GatewayServerOptions
{
    /// <summary>Where the server listens.</summary>
    public GatewayServerBinding Binding { get; } = new();

    /// <summary>What serves HTTP, and what it says of itself.</summary>
    public GatewayServerHttp Http { get; } = new();

    /// <summary>
    /// Who speaks the WebSocket protocol. Defaults to <see cref="WebSocketEngineKind.Perch"/>; <see cref="WebSocketEngineKind.System"/> is for
    /// <see cref="GatewayHttp.Kestrel"/> alone. As uvicorn's <c>--ws</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is no value of the enum.</exception>
    public WebSocketEngineKind WebSocketEngine { get; set => field = OptionValue.Defined(value); } = WebSocketEngineKind.Perch;

    /// <summary>Limits, time-outs and compression of WebSockets.</summary>
    public WebSocketGatewayOptions WebSockets { get; } = new();

    /// <summary>TLS.</summary>
    public GatewayServerTls Tls { get; } = new();

    /// <summary>Proxies and load balancers in front of the server.</summary>
    public GatewayServerProxy Proxy { get; } = new();

    /// <summary>Limits on what clients can make grow.</summary>
    public GatewayServerLimits Limits { get; } = new();

    /// <summary>How long the server waits for what.</summary>
    public GatewayServerTimeouts Timeouts { get; } = new();

    /// <summary>What the server logs.</summary>
    public GatewayServerLogging Logging { get; } = new();

    /// <summary>The processes that share the port.</summary>
    public GatewayServerProcesses Processes { get; } = new();

    /// <summary>When the command loads its app again.</summary>
    public GatewayServerReload Reload { get; } = new();

    /// <summary>What the server tells of itself.</summary>
    public GatewayServerObserving Observing { get; } = new();

    /// <summary>How the app runs.</summary>
    public GatewayServerApp App { get; } = new();

    /// <summary>
    /// Sets what a section of the host's configuration names, with the keys of docs/settings.md: <c>Binding:Port</c>. What it does not name
    /// stays as it is.
    /// </summary>
    /// <param name="configuration">The section.</param>
    /// <exception cref="GatewaySettingsException">A key that is no setting, or a value that a setting does not take.</exception>
    public void Read(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        SettingsReader.Apply(this, new ConfigurationSource(configuration));
    }

    /// <summary>Sets what the environment names: <c>PERCH_PORT</c>. What it does not name stays as it is.</summary>
    /// <exception cref="GatewaySettingsException">A value that a setting does not take.</exception>
    public void ReadEnvironment() => SettingsReader.Apply(this, new EnvironmentSource());
}
