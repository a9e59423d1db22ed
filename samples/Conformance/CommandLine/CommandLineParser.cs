using System.Globalization;
using Perch.Http;
using Perch.Transport;

namespace Conformance.CommandLine;

/// <summary>Reads the command line: <c>--name value</c> or <c>--name=value</c>.</summary>
internal static class CommandLineParser
{
    internal const string Usage = "usage: Conformance [--port N] [--http perch|kestrel|bare|pipeline] [--ws perch|system|none] [--transport sockets|epoll] "
        + "[--https-port N] [--set NAME=VALUE …]";

    /// <exception cref="UsageException">It is wrong.</exception>
    internal static ConformanceOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new ConformanceOptions();
        for (int i = 0; i < arguments.Count; i++)
        {
            string flag = arguments[i];
            string? joined = null;
            int equals = flag.IndexOf('=', StringComparison.Ordinal);
            if (flag.StartsWith("--", StringComparison.Ordinal) && equals > 0)
            {
                joined = flag[(equals + 1)..];
                flag = flag[..equals];
            }

            string Value() => joined ?? (++i < arguments.Count ? arguments[i] : throw new UsageException($"{flag} needs a value"));
            options = flag switch
            {
                "--port" => options with { Port = ParsePort(flag, Value()) },
                "--https-port" => options with { HttpsPort = ParsePort(flag, Value()) },
                "--http" => options with { Http = ParseHttp(Value()) },
                "--ws" => options with { WebSockets = ParseWebSockets(Value()) },
                "--transport" => options with { IsOnEpoll = ParseTransport(Value()) },
                "--set" => options with { Settings = [.. options.Settings, ParseSetting(Value())] },
                _ => throw new UsageException($"unknown argument '{flag}'"),
            };
        }

        return options.WebSockets == WebSocketEngineKind.System && options.Http is "perch" or "bare"
            ? throw new UsageException($"--ws system is not for --http {options.Http}: ASP.NET Core's WebSockets need Kestrel's HTTP stack")
            : options;
    }

    private static int ParsePort(string flag, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port <= 65535
            ? port
            : throw new UsageException($"{flag} is a number from 0 to 65535, not '{value}'");

    private static string ParseHttp(string value) => value switch
    {
        "kestrel" or "pipeline" or "perch" or "bare" => value,
        _ => throw new UsageException($"--http is perch, kestrel, bare or pipeline, not '{value}'"),
    };

    private static WebSocketEngineKind ParseWebSockets(string value) => value switch
    {
        "perch" => WebSocketEngineKind.Perch,
        "system" => WebSocketEngineKind.System,
        "none" => WebSocketEngineKind.None,
        _ => throw new UsageException($"--ws is perch, system or none, not '{value}'"),
    };

    private static bool ParseTransport(string value) => value switch
    {
        "sockets" => false,
        "epoll" when !EventLoopTransportFactory.IsSupported => throw new UsageException("--transport epoll is for Linux on x64 and ARM64"),
        "epoll" => true,
        _ => throw new UsageException($"--transport is sockets or epoll, not '{value}'"),
    };

    private static Setting ParseSetting(string value)
    {
        int equals = value.IndexOf('=', StringComparison.Ordinal);
        return equals > 0
            ? new Setting(value[..equals], value[(equals + 1)..])
            : throw new UsageException($"--set takes NAME=VALUE, not '{value}'");
    }
}
