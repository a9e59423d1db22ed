using Perch.Http;
using static Perch.Server.GatewayHttp;

namespace Perch.Server.Settings;

/// <summary>The table of settings.</summary>
internal static class ServerSettings
{
    /// <summary>All of them, in the order of the help.</summary>
    internal static IReadOnlyList<Setting> All { get; } =
    [
        new ListSetting<string>(
            "host", SettingGroup.Binding, ValueKinds.Text("HOST", "an IPv4 or IPv6 address or a name"),
            o => o.Binding.Hosts, (o, value) => o.Binding.Hosts = value,
            "Where to listen: an IPv4 or IPv6 address (:: takes both), or a name. Give it again for more."),
        new ValueSetting<int>(
            "port", SettingGroup.Binding, ValueKinds.Integer("PORT", "a number from 0 to 65535"),
            o => o.Binding.Port, (o, value) => o.Binding.Port = value,
            "The port on all hosts; 0 picks one that is free.")
        { Needs = [Need.Host] },
        new ListSetting<string>(
            "uds", SettingGroup.Binding, ValueKinds.Text("PATH", "a path"),
            o => o.Binding.UnixSockets, (o, value) => o.Binding.UnixSockets = value,
            "A Unix socket to listen on, instead of the default host. Give it again for more."),
        new ValueSetting<UnixFileMode>(
            "uds-mode", SettingGroup.Binding, ValueKinds.FileMode,
            o => o.Binding.UnixSocketMode, (o, value) => o.Binding.UnixSocketMode = value,
            "Who may connect to the Unix sockets.")
        { Needs = [Need.UnixSocket] },
        new ListSetting<int>(
            "fd", SettingGroup.Binding, ValueKinds.Integer("FD", "a file descriptor"),
            o => o.Binding.FileDescriptors, (o, value) => o.Binding.FileDescriptors = value,
            "A bound socket that the process was started with, instead of the default host. Those of systemd's socket activation need no mention."),
        new ValueSetting<int>(
            "backlog", SettingGroup.Binding, ValueKinds.Integer("COUNT", "a number above 0"),
            o => o.Binding.Backlog, (o, value) => o.Binding.Backlog = value,
            "How many connections may wait to be accepted."),
        new ValueSetting<GatewayTransport>(
            "transport", SettingGroup.Binding, ValueKinds.Choice<GatewayTransport>(),
            o => o.Binding.Transport, (o, value) => o.Binding.Transport = value,
            "What serves the sockets: Perch's event loops (epoll), ASP.NET Core's sockets, or the first where the machine has it.")
        { Needs = [Need.EventLoops] },
        new ValueSetting<int?>(
            "event-loops", SettingGroup.Binding, ValueKinds.CountOrAuto("a number from 1 to 1024"),
            o => o.Binding.EventLoops, (o, value) => o.Binding.EventLoops = value,
            "How many event loops serve the connections: one for each processor; beside Python's workers what these leave, and half at least.")
        { Needs = [Need.EventLoopTransport] },

        new ValueSetting<GatewayHttp>(
            "http", SettingGroup.Http, ValueKinds.Choice<GatewayHttp>(),
            o => o.Http.Server, (o, value) => o.Http.Server = value,
            "What serves HTTP: Kestrel's stack; Perch's own HTTP/1.1 on Kestrel's connections; or the same with no Kestrel server, which has no HTTP/2."),
        new ValueSetting<bool>(
            "http2", SettingGroup.Http, ValueKinds.Flag,
            o => o.Http.Http2, (o, value) => o.Http.Http2 = value,
            "Serve HTTP/2 as well: by ALPN with TLS, by prior knowledge without.")
        { OnlyFor = [Kestrel, GatewayHttp.Perch] },
        new ValueSetting<bool>(
            "http3", SettingGroup.Http, ValueKinds.Flag,
            o => o.Http.Http3, (o, value) => o.Http.Http3 = value,
            "Serve HTTP/3 as well.")
        { OnlyFor = [Kestrel], Needs = [Need.Certificate, Need.OneProcess, Need.NoProxyProtocol, Need.Quic] },
        new ValueSetting<string>(
            "root-path", SettingGroup.Http, ValueKinds.Text("PATH", "a path that begins with a slash and does not end with one"),
            o => o.Http.RootPath, (o, value) => o.Http.RootPath = value,
            "The root_path of the scope, for a proxy that strips it from the path."),
        new ListSetting<string>(
            "header", SettingGroup.Http, ValueKinds.Text("NAME:VALUE", "a field as name:value, and none of the connection's own"),
            o => o.Http.Headers, (o, value) => o.Http.Headers = value,
            "A field that every answer has. Give it again for more.", separator: '|'),
        new ValueSetting<bool>(
            "server-header", SettingGroup.Http, ValueKinds.Flag,
            o => o.Http.ServerHeader, (o, value) => o.Http.ServerHeader = value,
            "Send a server field."),
        new ValueSetting<bool>(
            "date-header", SettingGroup.Http, ValueKinds.Flag,
            o => o.Http.DateHeader, (o, value) => o.Http.DateHeader = value,
            "Send a date field. Kestrel always does.")
        { OnlyFor = [GatewayHttp.Perch, Bare] },

        new ValueSetting<WebSocketEngineKind>(
            "ws", SettingGroup.WebSockets, ValueKinds.Choice<WebSocketEngineKind>(),
            o => o.WebSocketEngine, (o, value) => o.WebSocketEngine = value,
            "Who speaks the WebSocket protocol: Perch, ASP.NET Core (with --http kestrel alone), or nobody."),
        new ValueSetting<long>(
            "ws-max-size", SettingGroup.WebSockets, ValueKinds.Bytes("a number of bytes above 0"),
            o => o.WebSockets.MaxMessageSize, (o, value) => o.WebSockets.MaxMessageSize = value,
            "The largest message. Beyond: closed with 1009.")
        { Needs = [Need.WebSockets] },
        new ValueSetting<int>(
            "ws-max-queue", SettingGroup.WebSockets, ValueKinds.Integer("COUNT", "a number above 0"),
            o => o.WebSockets.MaxQueue, (o, value) => o.WebSockets.MaxQueue = value,
            "The most messages that are read ahead of an app that does not receive.")
        { Needs = [Need.OwnWebSockets] },
        new ValueSetting<TimeSpan>(
            "ws-ping-interval", SettingGroup.WebSockets, ValueKinds.Seconds("a number of seconds, 0 for no pings"),
            o => o.WebSockets.PingInterval, (o, value) => o.WebSockets.PingInterval = value,
            "How often a ping is sent, 0 for never.")
        { Needs = [Need.WebSockets] },
        new ValueSetting<TimeSpan>(
            "ws-ping-timeout", SettingGroup.WebSockets, ValueKinds.Seconds("a number of seconds, 0 to wait for ever"),
            o => o.WebSockets.PingTimeout, (o, value) => o.WebSockets.PingTimeout = value,
            "How long a client may be silent after a ping, 0 for ever. Beyond: it is cut off.")
        { Needs = [Need.WebSockets, Need.Pings] },
        new ValueSetting<bool>(
            "ws-per-message-deflate", SettingGroup.WebSockets, ValueKinds.Flag,
            o => o.WebSockets.PerMessageDeflate, (o, value) => o.WebSockets.PerMessageDeflate = value,
            "Agree to compression when a client offers it.")
        { Needs = [Need.WebSockets] },

        new ValueSetting<string?>(
            "ssl-certfile", SettingGroup.Tls, ValueKinds.TextOrNone("FILE", "a file"),
            o => o.Tls.CertificateFile, (o, value) => o.Tls.CertificateFile = value,
            "The certificate: PEM, with its chain, or PFX. A file that changes is read again."),
        new ValueSetting<string?>(
            "ssl-keyfile", SettingGroup.Tls, ValueKinds.TextOrNone("FILE", "a file"),
            o => o.Tls.KeyFile, (o, value) => o.Tls.KeyFile = value,
            "The key, PEM, if it is not in the certificate's file.")
        { Needs = [Need.Certificate, Need.SeparateKey] },
        new ValueSetting<string?>(
            "ssl-keyfile-password", SettingGroup.Tls, ValueKinds.TextOrNone("PASSWORD", "a password"),
            o => o.Tls.KeyPassword, (o, value) => o.Tls.KeyPassword = value,
            "The password of the key or the PFX file. In its variable others do not see it.")
        { Needs = [Need.Certificate] },
        new ValueSetting<string?>(
            "ssl-ca-certs", SettingGroup.Tls, ValueKinds.TextOrNone("FILE", "a file"),
            o => o.Tls.AuthoritiesFile, (o, value) => o.Tls.AuthoritiesFile = value,
            "The authorities of clients' certificates, PEM, instead of the machine's.")
        { Needs = [Need.Certificate, Need.ClientCertificates] },
        new ValueSetting<ClientCertificate>(
            "ssl-cert-reqs", SettingGroup.Tls, ValueKinds.Choice<ClientCertificate>(),
            o => o.Tls.ClientCertificate, (o, value) => o.Tls.ClientCertificate = value,
            "Whether clients need a certificate.")
        { Needs = [Need.Certificate] },
        new ListSetting<string>(
            "ssl-ciphers", SettingGroup.Tls, ValueKinds.Text("NAME", "a cipher suite's name at IANA, as TLS_AES_128_GCM_SHA256"),
            o => o.Tls.Ciphers, (o, value) => o.Tls.Ciphers = value,
            "A cipher suite, by its name at IANA, instead of the machine's. Give it again for more.")
        { Needs = [Need.Certificate] },
        new ValueSetting<TlsVersions>(
            "ssl-version", SettingGroup.Tls, ValueKinds.Choice<TlsVersions>(),
            o => o.Tls.Versions, (o, value) => o.Tls.Versions = value,
            "The versions of TLS: those that the machine is set up for, or one alone.")
        { Needs = [Need.Certificate] },

        new ValueSetting<bool>(
            "proxy-headers", SettingGroup.Proxies, ValueKinds.Flag,
            o => o.Proxy.Headers, (o, value) => o.Proxy.Headers = value,
            "Believe X-Forwarded-For, -Proto, -Host and -Prefix of --forwarded-allow-ips."),
        new ListSetting<string>(
            "forwarded-allow-ips", SettingGroup.Proxies, ValueKinds.Text("IPS", "an address, a network as 10.0.0.0/8, unix: or *"),
            o => o.Proxy.AllowIps, (o, value) => o.Proxy.AllowIps = value,
            "A proxy that is believed: an address, a network, unix: for Unix sockets, * for all. Give it again for more.")
        { OtherVariable = "FORWARDED_ALLOW_IPS", Needs = [Need.Proxies] },
        new ValueSetting<bool>(
            "proxy-protocol", SettingGroup.Proxies, ValueKinds.Flag,
            o => o.Proxy.Protocol, (o, value) => o.Proxy.Protocol = value,
            "Every connection begins with a PROXY header, version 1 or 2, from one of --forwarded-allow-ips."),

        new ValueSetting<int?>(
            "limit-concurrency", SettingGroup.Limits, ValueKinds.CountOrNone,
            o => o.Limits.Concurrency, (o, value) => o.Limits.Concurrency = value,
            "The most requests and WebSockets at a time. Beyond: 503 at once."),
        new ValueSetting<int?>(
            "limit-max-requests", SettingGroup.Limits, ValueKinds.CountOrNone,
            o => o.Limits.MaxRequests, (o, value) => o.Limits.MaxRequests = value,
            "After how many requests the server stops, as a signal would stop it; of several workers, and of a Python app's, each is replaced."),
        new ValueSetting<int>(
            "limit-max-requests-jitter", SettingGroup.Limits, ValueKinds.Integer("COUNT", "a number"),
            o => o.Limits.MaxRequestsJitter, (o, value) => o.Limits.MaxRequestsJitter = value,
            "The most that is added to --limit-max-requests, at random.")
        { Needs = [Need.MaxRequests] },
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
            "How long a body or a reader may be slower than its rate.")
        { Needs = [Need.Rates] },
        new ValueSetting<TimeSpan?>(
            "timeout-graceful-shutdown", SettingGroup.Timeouts, ValueKinds.SecondsOrNone,
            o => o.Timeouts.GracefulShutdown, (o, value) => o.Timeouts.GracefulShutdown = value,
            "How long a stop waits for what runs before it ends it."),

        new ValueSetting<int>(
            "workers", SettingGroup.Processes, ValueKinds.Integer("COUNT", "a number above 0"),
            o => o.Processes.Workers, (o, value) => o.Processes.Workers = value,
            "How many processes serve. SIGHUP replaces them one at a time, SIGTTIN and SIGTTOU add and remove one.")
        { OtherVariable = "WEB_CONCURRENCY" },
        new ValueSetting<TimeSpan>(
            "timeout-worker-healthcheck", SettingGroup.Processes, ValueKinds.Seconds("a number of seconds above 0"),
            o => o.Processes.HealthCheckTimeout, (o, value) => o.Processes.HealthCheckTimeout = value,
            "How long a worker may take to say that it lives. Beyond: it is killed and replaced. Set, one worker is a process of its own too."),
        new ValueSetting<long?>(
            "workers-max-rss", SettingGroup.Processes, ValueKinds.BytesOrNone,
            o => o.Processes.MaxResidentSize, (o, value) => o.Processes.MaxResidentSize = value,
            "The most memory of a worker. Beyond: it is replaced. Set, one worker is a process of its own too."),

        new ValueSetting<bool>(
            "reload", SettingGroup.Development, ValueKinds.Flag,
            o => o.Reload.IsOn, (o, value) => o.Reload.IsOn = value,
            "Load the app again when its files change, a project after a build; what runs is finished. An app that fails leaves the old one serving."),
        new ListSetting<string>(
            "reload-dir", SettingGroup.Development, ValueKinds.Text("DIR", "a folder that is there"),
            o => o.Reload.Directories, (o, value) => o.Reload.Directories = value,
            "A folder to watch, instead of the app's own (and those of the projects that a project refers to). Give it again for more.")
        { Needs = [Need.Reload] },
        new ListSetting<string>(
            "reload-include", SettingGroup.Development, ValueKinds.Text("GLOB", "a pattern of files, as *.html"),
            o => o.Reload.Include, (o, value) => o.Reload.Include = value,
            "Files to watch as well: *.html, templates/**/*.txt, a folder's name. By itself *.py of a Python app, sources of a project, *.dll.")
        { Needs = [Need.Reload] },
        new ListSetting<string>(
            "reload-exclude", SettingGroup.Development, ValueKinds.Text("GLOB", "a pattern of files, as *.html"),
            o => o.Reload.Exclude, (o, value) => o.Reload.Exclude = value,
            "Files not to watch, whatever includes them: tests, *_generated.py. By itself folders that begin with a dot, and bin and obj of a project.")
        { Needs = [Need.Reload] },
        new ValueSetting<TimeSpan>(
            "reload-delay", SettingGroup.Development, ValueKinds.Seconds("a number of seconds"),
            o => o.Reload.Delay, (o, value) => o.Reload.Delay = value,
            "How long nothing more must have changed.")
        { Needs = [Need.Reload] },

        new ValueSetting<Microsoft.Extensions.Logging.LogLevel>(
            "log-level", SettingGroup.Logging, ValueKinds.Level,
            o => o.Logging.Level, (o, value) => o.Logging.Level = value,
            "The least level that is logged."),
        new ValueSetting<string?>(
            "log-config", SettingGroup.Logging, ValueKinds.TextOrNone("FILE", "a file"),
            o => o.Logging.ConfigFile, (o, value) => o.Logging.ConfigFile = value,
            "A JSON file with levels for parts of the log, as appsettings.json has them."),
        new ValueSetting<bool>(
            "access-log", SettingGroup.Logging, ValueKinds.Flag,
            o => o.Logging.Access, (o, value) => o.Logging.Access = value,
            "Write each request to standard output."),
        new ValueSetting<string>(
            "access-log-format", SettingGroup.Logging, ValueKinds.Text("FORMAT", "short, common, combined, json or a template with {client}, {status} and so on"),
            o => o.Logging.AccessFormat, (o, value) => o.Logging.AccessFormat = value,
            "short, common, combined, json, or a template with {client}, {method}, {target}, {status} and so on."),
        new ValueSetting<bool?>(
            "use-colors", SettingGroup.Logging, ValueKinds.FlagOrAuto,
            o => o.Logging.Colors, (o, value) => o.Logging.Colors = value,
            "Color the log; auto does on a terminal."),

        new ValueSetting<string?>(
            "health-path", SettingGroup.Observing, ValueKinds.TextOrNone("PATH", "a path that begins with a slash and does not end with one"),
            o => o.Observing.HealthPath, (o, value) => o.Observing.HealthPath = value,
            "Where the server answers for itself: PATH/live, and PATH/ready, which is 503 once it stops."),

        new ValueSetting<LifespanMode>(
            "lifespan", SettingGroup.App, ValueKinds.Choice<LifespanMode>(),
            o => o.App.Lifespan, (o, value) => o.App.Lifespan = value,
            "Whether the app is started and stopped by the lifespan protocol."),
    ];

    /// <summary>What no setting can see by itself.</summary>
    /// <exception cref="GatewaySettingsException">Settings that do not go together.</exception>
    internal static void Check(GatewayServerOptions options)
    {
        foreach (Setting setting in All.Where(static setting => setting.OnlyFor is not null || setting.Needs.Count > 0))
        {
            if (setting.TextOf(options) == setting.DefaultText)
            {
                continue;
            }

            if (setting.OnlyFor is { } servers && !servers.Contains(options.Http.Server))
            {
                throw new GatewaySettingsException($"{setting.Option} is for --http {Setting.NamesOf(servers)} only.");
            }

            if (setting.Needs.FirstOrDefault(need => !need.IsMet(options)) is { } need)
            {
                throw new GatewaySettingsException($"{setting.Option} needs {need.Text}.");
            }
        }

        if (options.WebSocketEngine == WebSocketEngineKind.System && options.Http.Server != Kestrel)
        {
            throw new GatewaySettingsException("--ws system is for --http kestrel only.");
        }
    }
}
