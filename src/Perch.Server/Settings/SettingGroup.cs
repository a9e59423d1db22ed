namespace Perch.Server.Settings;

/// <summary>The groups of settings, in the order of the help.</summary>
internal enum SettingGroup
{
    Binding,
    Http,
    WebSockets,
    Tls,
    Proxies,
    Limits,
    Timeouts,
    Processes,
    Development,
    Logging,
    Observing,
    App,
}
