using Microsoft.Extensions.Logging;

namespace Perch.Server;

/// <summary>What the server logs.</summary>
public sealed class GatewayServerLogging
{
    /// <summary>The least level that is logged. Defaults to <see cref="LogLevel.Information"/>, as uvicorn's <c>--log-level</c>.</summary>
    public LogLevel Level { get; set; } = LogLevel.Information;
}
