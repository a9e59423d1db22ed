using static Perch.Server.GatewayHttp;

namespace Perch.Server.Settings;

/// <summary>The table of settings.</summary>
internal static class ServerSettings
{
    /// <summary>All of them, in the order of the help.</summary>
    internal static IReadOnlyList<Setting> All { get; } =
    [
        new ListSetting(
            "host", SettingGroup.Binding, ValueKinds.Text("HOST", "an IPv4 or IPv6 address or a name"),
            o => o.Binding.Hosts, (o, value) => o.Binding.Hosts = value,
            "Where to listen: an IPv4 or IPv6 address (:: takes both), or a name. Give it again for more."),
        new ValueSetting<int>(
            "port", SettingGroup.Binding, ValueKinds.Integer("PORT", "a number from 0 to 65535"),
            o => o.Binding.Port, (o, value) => o.Binding.Port = value,
            "The port on all hosts; 0 picks one that is free."),

        new ValueSetting<GatewayHttp>(
            "http", SettingGroup.Http, ValueKinds.Choice<GatewayHttp>(),
            o => o.Http.Server, (o, value) => o.Http.Server = value,
            "What serves HTTP: Kestrel's stack; Perch's own HTTP/1.1 on Kestrel's connections; or the same with no Kestrel server, which has no TLS and no HTTP/2."),
        new ValueSetting<string>(
            "root-path", SettingGroup.Http, ValueKinds.Text("PATH", "a path that begins with a slash and does not end with one"),
            o => o.Http.RootPath, (o, value) => o.Http.RootPath = value,
            "The root_path of the scope, for a proxy that strips it from the path."),
        new ValueSetting<bool>(
            "server-header", SettingGroup.Http, ValueKinds.Flag,
            o => o.Http.ServerHeader, (o, value) => o.Http.ServerHeader = value,
            "Send a server field."),
        new ValueSetting<bool>(
            "date-header", SettingGroup.Http, ValueKinds.Flag,
            o => o.Http.DateHeader, (o, value) => o.Http.DateHeader = value,
            "Send a date field. Kestrel always does.")
        { OnlyFor = [GatewayHttp.Perch, Bare] },

        new ValueSetting<int>(
            "limit-request-line", SettingGroup.Limits, ValueKinds.Integer("BYTES", "a number of bytes above 0"),
            o => o.Limits.RequestLine, (o, value) => o.Limits.RequestLine = value,
            "The longest request line. Beyond: 414."),
        new ValueSetting<int>(
            "limit-request-head", SettingGroup.Limits, ValueKinds.Integer("BYTES", "a number of bytes from 1 to 2097152"),
            o => o.Limits.RequestHead, (o, value) => o.Limits.RequestHead = value,
            "The largest request head. Beyond: 431."),
        new ValueSetting<int>(
            "limit-request-fields", SettingGroup.Limits, ValueKinds.Integer("COUNT", "a number above 0"),
            o => o.Limits.RequestFields, (o, value) => o.Limits.RequestFields = value,
            "The most header fields of a request. Beyond: 431."),
        new ValueSetting<long>(
            "limit-request-body", SettingGroup.Limits, ValueKinds.Bytes("a number of bytes, 0 for no limit"),
            o => o.Limits.RequestBody, (o, value) => o.Limits.RequestBody = value,
            "The largest request body, 0 for no limit. Beyond: 413."),
        new ValueSetting<int>(
            "limit-chunk-extensions", SettingGroup.Limits, ValueKinds.Integer("BYTES", "a number of bytes"),
            o => o.Limits.ChunkExtensions, (o, value) => o.Limits.ChunkExtensions = value,
            "The most bytes of chunk extensions in a request body. Beyond: 413.")
        { OnlyFor = [GatewayHttp.Perch, Bare] },
        new ValueSetting<double>(
            "limit-request-body-rate", SettingGroup.Limits, ValueKinds.Rate("a number of bytes a second, 0 for any"),
            o => o.Limits.RequestBodyRate, (o, value) => o.Limits.RequestBodyRate = value,
            "The slowest request body, in bytes a second, 0 for any. Beyond: 408."),
        new ValueSetting<double>(
            "limit-response-rate", SettingGroup.Limits, ValueKinds.Rate("a number of bytes a second, 0 for any"),
            o => o.Limits.ResponseRate, (o, value) => o.Limits.ResponseRate = value,
            "The slowest reader of a response, in bytes a second, 0 for any. Beyond: the connection is aborted."),

        new ValueSetting<TimeSpan>(
            "timeout-keep-alive", SettingGroup.Timeouts, ValueKinds.Seconds("a number of seconds above 0"),
            o => o.Timeouts.KeepAlive, (o, value) => o.Timeouts.KeepAlive = value,
            "How long a connection may wait for its next request."),
        new ValueSetting<TimeSpan>(
            "timeout-request-head", SettingGroup.Timeouts, ValueKinds.Seconds("a number of seconds above 0"),
            o => o.Timeouts.RequestHead, (o, value) => o.Timeouts.RequestHead = value,
            "How long a request head may take. Beyond: 408."),
        new ValueSetting<TimeSpan>(
            "timeout-rate-grace", SettingGroup.Timeouts, ValueKinds.Seconds("a number of seconds above 1"),
            o => o.Timeouts.RateGrace, (o, value) => o.Timeouts.RateGrace = value,
            "How long a body or a reader may be slower than its rate."),
        new ValueSetting<TimeSpan?>(
            "timeout-graceful-shutdown", SettingGroup.Timeouts, ValueKinds.SecondsOrNone,
            o => o.Timeouts.GracefulShutdown, (o, value) => o.Timeouts.GracefulShutdown = value,
            "How long a stop waits for what runs before it ends it."),

        new ValueSetting<Microsoft.Extensions.Logging.LogLevel>(
            "log-level", SettingGroup.Logging, ValueKinds.Level,
            o => o.Logging.Level, (o, value) => o.Logging.Level = value,
            "The least level that is logged."),

        new ValueSetting<LifespanMode>(
            "lifespan", SettingGroup.App, ValueKinds.Choice<LifespanMode>(),
            o => o.App.Lifespan, (o, value) => o.App.Lifespan = value,
            "Whether the app is started and stopped by the lifespan protocol."),
    ];

    /// <summary>What no setting can see by itself.</summary>
    /// <exception cref="GatewaySettingsException">Settings that do not go together.</exception>
    internal static void Check(GatewayServerOptions options)
    {
        foreach (Setting setting in All)
        {
            if (setting.OnlyFor is { } servers && !servers.Contains(options.Http.Server) && setting.TextOf(options) != setting.DefaultText)
            {
                string names = string.Join(" and ", servers.Select(ValueKinds.Choice<GatewayHttp>().Format));
                throw new GatewaySettingsException($"{setting.Option} is for --http {names} only.");
            }
        }
    }
}
