using Perch.Server.Settings;
using Perch.Tests.Shared;

namespace Perch.Server.Tests.Settings;

/// <summary>Every setting has a test that shows, from outside of the process, what it does.</summary>
public sealed class SettingCoverageTests
{
    private static readonly string[] Attributes = ["Fact]", "Theory]"];

    /// <summary>The second is TlsTests' own, which has a certificate for it.</summary>
    private static readonly string[] Starts = ["PerchProcess", "StartPemAsync("];

    private static readonly (string Setting, string File, string Test)[] Tests =
    [
        ("host", "Perch.Server.Tests/Binding/BindingTests.cs", "Host_SeveralAddresses_HaveThePortThatWasPicked"),
        ("port", "Perch.Server.Tests/Binding/BindingTests.cs", "Port_OfTheEnvironment_IsTaken"),
        ("uds", "Perch.Server.Tests/Binding/BindingTests.cs", "Uds_HasItsMode_AndIsGoneAfterwards"),
        ("uds-mode", "Perch.Server.Tests/Binding/BindingTests.cs", "UdsMode_IsTheMode"),
        ("fd", "Perch.Server.Tests/Binding/BindingTests.cs", "ASocketThatTheProcessWasStartedWith_IsServed"),
        ("backlog", "Perch.Server.Tests/Binding/BindingTests.cs", "Backlog_IsHowManyConnectionsMayWait"),
        ("transport", "Perch.Server.Tests/Binding/TransportTests.cs", "Transport_ServesTcpAndUnixSockets"),
        ("event-loops", "Perch.Server.Tests/Binding/TransportTests.cs", "EventLoops_AreAsManyAsSaid"),
        ("http", "Perch.Server.Tests/Http/HttpTests.cs", "ServerHeader_CanBeLeftOut"),
        ("http2", "Perch.Server.Tests/Http/HttpTests.cs", "Http2_ByPriorKnowledge_CanBeLeftOut"),
        ("http3", "Perch.Server.Tests/Tls/TlsTests.cs", "Http3_IsServedWhereThereIsQuic_AndRefusedWhereThereIsNone"),
        ("root-path", "Perch.Server.Tests/Http/HttpTests.cs", "RootPath_IsInFrontOfThePath"),
        ("header", "Perch.Server.Tests/Http/HttpTests.cs", "Header_IsInEveryAnswer"),
        ("server-header", "Perch.Server.Tests/Http/HttpTests.cs", "ServerHeader_CanBeLeftOut"),
        ("date-header", "Perch.Server.Tests/Http/HttpTests.cs", "DateHeader_CanBeLeftOut"),
        ("ws", "Perch.Server.Tests/WebSockets/WebSocketTests.cs", "WsNone_ServesTheRequestAsAnyOther"),
        ("ws-max-size", "Perch.Server.Tests/WebSockets/WebSocketTests.cs", "WsMaxSize_BeyondIt_ClosesWith1009"),
        ("ws-max-queue", "Perch.Server.Tests/WebSockets/WebSocketTests.cs", "WsMaxQueue_IsReadAhead_AndNoMore"),
        ("ws-ping-interval", "Perch.Server.Tests/WebSockets/WebSocketTests.cs", "WsPingIntervalAndTimeout_CutASilentClientOff"),
        ("ws-ping-timeout", "Perch.Server.Tests/WebSockets/WebSocketTests.cs", "WsPingIntervalAndTimeout_CutASilentClientOff"),
        ("ws-per-message-deflate", "Perch.Server.Tests/WebSockets/WebSocketTests.cs", "WsPerMessageDeflate_IsAgreedTo_WhereItIsOn"),
        ("ssl-certfile", "Perch.Server.Tests/Tls/TlsTests.cs", "Certfile_WithItsChain_IsTrustedByWhoTrustsTheRoot"),
        ("ssl-keyfile", "Perch.Server.Tests/Tls/TlsTests.cs", "Certfile_WithItsChain_IsTrustedByWhoTrustsTheRoot"),
        ("ssl-keyfile-password", "Perch.Server.Tests/Tls/TlsTests.cs", "Certfile_MayBePfx"),
        ("ssl-ca-certs", "Perch.Server.Tests/Tls/TlsTests.cs", "CertReqsRequired_ServesOnlyClientsOfTheAuthorities"),
        ("ssl-cert-reqs", "Perch.Server.Tests/Tls/TlsTests.cs", "CertReqsRequired_ServesOnlyClientsOfTheAuthorities"),
        ("ssl-ciphers", "Perch.Server.Tests/Tls/TlsTests.cs", "Ciphers_AreTheOnlyOnes"),
        ("ssl-version", "Perch.Server.Tests/Tls/TlsTests.cs", "Version_IsTheOnlyOne"),
        ("proxy-headers", "Perch.Server.Tests/Proxies/ProxyTests.cs", "ProxyHeaders_OfOthers_AreNot"),
        ("forwarded-allow-ips", "Perch.Server.Tests/Proxies/ProxyTests.cs", "ForwardedAllowIps_TheFirstFromTheRightThatIsNoProxy_IsTheClient"),
        ("proxy-protocol", "Perch.Server.Tests/Proxies/ProxyTests.cs", "ProxyProtocol_Version1"),
        ("limit-concurrency", "Perch.Server.Tests/Limits/LimitTests.cs", "Concurrency_BeyondIt_Gives503AtOnce"),
        ("limit-max-requests", "Perch.Server.Tests/Limits/LimitTests.cs", "MaxRequests_EndsIt"),
        ("limit-max-requests-jitter", "Perch.Server.Tests/Limits/LimitTests.cs", "MaxRequests_EndsIt"),
        ("limit-request-line", "Perch.Server.Tests/Limits/LimitTests.cs", "AHeadBeyondALimit_IsRefused"),
        ("limit-request-head", "Perch.Server.Tests/Limits/LimitTests.cs", "AHeadBeyondALimit_IsRefused"),
        ("limit-request-fields", "Perch.Server.Tests/Limits/LimitTests.cs", "AHeadBeyondALimit_IsRefused"),
        ("limit-request-body", "Perch.Server.Tests/Limits/LimitTests.cs", "ABodyBeyondTheLimit_IsRefused"),
        ("limit-chunk-extensions", "Perch.Server.Tests/Limits/LimitTests.cs", "ChunkExtensionsBeyondTheLimit_AreRefused"),
        ("limit-request-body-rate", "Perch.Server.Tests/Limits/LimitTests.cs", "ABodySlowerThanItsRate_Gives408"),
        ("limit-response-rate", "Perch.Server.Tests/Limits/LimitTests.cs", "AReaderSlowerThanItsRate_IsCutOff"),
        ("timeout-keep-alive", "Perch.Server.Tests/Limits/LimitTests.cs", "KeepAliveTimeOut_ClosesAnIdleConnection"),
        ("timeout-request-head", "Perch.Server.Tests/Limits/LimitTests.cs", "HeadTimeOut_Gives408"),
        ("timeout-rate-grace", "Perch.Server.Tests/Limits/LimitTests.cs", "ABodySlowerThanItsRate_Gives408"),
        ("timeout-graceful-shutdown", "Perch.Server.Tests/Running/StopTests.cs", "TheTimeOut_EndsIt"),
        ("workers", "Perch.Server.Tests/Workers/WorkerTests.cs", "TtinAndTtou_AddAndRemoveOne"),
        ("timeout-worker-healthcheck", "Perch.Server.Tests/Workers/WorkerTests.cs", "AWorkerThatIsSilent_IsReplaced"),
        ("workers-max-rss", "Perch.Server.Tests/Workers/WorkerTests.cs", "AWorkerWithTooMuchMemory_IsReplaced"),
        ("reload", "Perch.Cli.Tests/Reloading/PythonReloadTests.cs", "ReloadOfTheEnvironment_CanBeTurnedOff"),
        ("reload-dir", "Perch.Cli.Tests/Reloading/PythonReloadTests.cs", "ReloadDir_IsWatchedInsteadOfTheAppsOwn"),
        ("reload-include", "Perch.Cli.Tests/Reloading/PythonReloadTests.cs", "ReloadInclude_WatchesOtherFilesAsWell"),
        ("reload-exclude", "Perch.Cli.Tests/Reloading/PythonReloadTests.cs", "ReloadExclude_LeavesFilesOut"),
        ("reload-delay", "Perch.Cli.Tests/Reloading/PythonReloadTests.cs", "ReloadDelay_MakesOneOfSeveralChanges"),
        ("log-level", "Perch.Server.Tests/Logging/LogTests.cs", "LogLevel_IsTheLeastThatIsWritten"),
        ("log-config", "Perch.Server.Tests/Logging/LogTests.cs", "LogConfig_SetsTheLevelOfAPart"),
        ("access-log", "Perch.Server.Tests/Logging/LogTests.cs", "NoAccessLog_HasNone"),
        ("access-log-format", "Perch.Server.Tests/Logging/LogTests.cs", "AccessLogFormat_IsThatOfTheLine"),
        ("use-colors", "Perch.Server.Tests/Logging/LogTests.cs", "UseColors_ColorsTheLevel"),
        ("health-path", "Perch.Server.Tests/Observing/ObservingTests.cs", "HealthPath_AnswersForTheServer"),
        ("lifespan", "Perch.Server.Tests/Running/LifespanTests.cs", "LifespanOff_RunsNone"),
    ];

    [Fact]
    public void EverySetting_HasItsTest() => Assert.Equal(ServerSettings.All.Select(setting => setting.Name), Tests.Select(test => test.Setting));

    /// <summary>The test is one of the process, and names the setting: in its body, or in what it is run with.</summary>
    [Fact]
    public void EachTest_NamesItsSetting() => Assert.All(Tests, one =>
    {
        Setting setting = ServerSettings.All.Single(setting => setting.Name == one.Setting);
        string source = File.ReadAllText(PublicApiLister.RepositoryFile($"tests/{one.File}"));
        int name = source.IndexOf($" public async Task {one.Test}(", StringComparison.Ordinal);
        Assert.True(name > 0, $"There is no test {one.Test} in {one.File}.");
        int start = source.LastIndexOf("\n\n", name, StringComparison.Ordinal);
        int end = source.IndexOf("\n    }\n", name, StringComparison.Ordinal);
        string test = source[start..end];
        Assert.True(Attributes.Any(attribute => test.Contains(attribute, StringComparison.Ordinal)), $"{one.Test} is no test.");
        Assert.True(Starts.Any(start => test.Contains(start, StringComparison.Ordinal)), $"{one.Test} starts no process.");
        string[] names = [$"\"{setting.Option}\"", $"\"{setting.NoOption}\"", $"{setting.Variable}=", $"{setting.OtherVariable ?? setting.Variable}="];
        Assert.True(names.Any(written => test.Contains(written, StringComparison.Ordinal)), $"{one.Test} does not name {setting.Option}.");
    });
}
