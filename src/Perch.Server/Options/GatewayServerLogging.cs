using Microsoft.Extensions.Logging;

namespace Perch.Server;

/// <summary>What the server logs.</summary>
public sealed class GatewayServerLogging
{
    /// <summary>The least level that is logged. Defaults to <see cref="LogLevel.Information"/>, as uvicorn's <c>--log-level</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is no value of the enum.</exception>
    public LogLevel Level { get; set => field = OptionValue.Defined(value); } = LogLevel.Information;

    /// <summary>
    /// A JSON file with levels for parts of the log, as <c>appsettings.json</c> has them: <c>{ "LogLevel": { "Perch.Http": "Debug" } }</c>. Defaults to
    /// none, as uvicorn's <c>--log-config</c>.
    /// </summary>
    public string? ConfigFile { get; set; }

    /// <summary>Whether each request is written to standard output. Defaults to true, as uvicorn's <c>--access-log</c>.</summary>
    public bool Access { get; set; } = true;

    /// <summary>
    /// The form of a line of the access log: <c>short</c>, <c>common</c>, <c>combined</c>, <c>json</c>, or a template with fields in braces:
    /// <c>{client} {method} {target} {status} {seconds}</c>. docs/server-behaviour.md lists them. Defaults to <c>short</c>.
    /// </summary>
    /// <exception cref="FormatException">It is none of them.</exception>
    public string AccessFormat
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _ = Perch.Server.Access.AccessFormat.Of(value);
            field = value;
        }
    } = "short";

    /// <summary>Whether the log has colors; null if standard error is a terminal. Defaults to null, as uvicorn's <c>--use-colors</c>.</summary>
    public bool? Colors { get; set; }
}
