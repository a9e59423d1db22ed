using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Perch.Python.Tests.Support;
using Perch.Shared;

namespace Perch.Python.Tests.Apps;

/// <summary>A raw ASGI app over Kestrel.</summary>
public sealed class HttpTests : IAsyncLifetime
{
    private PythonServer? _server;

    private PythonServer Server => _server!;

    public async Task InitializeAsync()
    {
        if (PythonInterpreters.WhyMissing is null)
        {
            _server = await PythonServer.StartAsync();
        }
    }

    public async Task DisposeAsync()
    {
        if (_server is { } server)
        {
            await server.DisposeAsync();
        }
    }

    [PythonFact]
    public async Task Hello_IsAnsweredWithItsHeadersAndLength()
    {
        using HttpResponseMessage response = await Server.Client.GetAsync(new Uri("/", UriKind.Relative));
        Assert.Equal("Hello, World!", await response.Content.ReadAsStringAsync());
        Assert.Equal("text/plain", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(13, response.Content.Headers.ContentLength);
    }

    [PythonFact]
    public async Task Head_HasTheHeadersAndNoBody()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "/");
        using HttpResponseMessage response = await Server.Client.SendAsync(request);
        Assert.Equal(13, response.Content.Headers.ContentLength);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [PythonFact]
    public async Task ManyRequestsAtOnce_AreEachAnsweredWithTheirOwn()
    {
        await Task.WhenAll(Enumerable.Range(0, 500).Select(async i =>
        {
            using var content = new StringContent($"body {i}");
            using HttpResponseMessage response = await Server.Client.PostAsync(new Uri("/echo", UriKind.Relative), content);
            Assert.Equal($"body {i}", await response.Content.ReadAsStringAsync());
        })).Within("500 answers");
        Assert.Empty(Server.Logs.Errors);
    }

    [PythonFact]
    public async Task Scope_HasEveryKey()
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/scope?a=%20b");
        request.Headers.TryAddWithoutValidation("X-Field", "value");
        using HttpResponseMessage response = await Server.Client.SendAsync(request);
        JsonElement scope = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal("http", scope.GetProperty("type").GetString());
        Assert.Equal("""{"version": "3.0", "spec_version": "2.5"}""", scope.GetProperty("asgi").ToString());
        Assert.Equal("1.1", scope.GetProperty("http_version").GetString());
        Assert.Equal("PUT", scope.GetProperty("method").GetString());
        Assert.Equal("http", scope.GetProperty("scheme").GetString());
        Assert.Equal("/scope", scope.GetProperty("path").GetString());
        Assert.Equal("/scope", scope.GetProperty("raw_path").GetString());
        Assert.Equal("a=%20b", scope.GetProperty("query_string").GetString());
        Assert.Equal("", scope.GetProperty("root_path").GetString());
        Assert.Equal("127.0.0.1", scope.GetProperty("client")[0].GetString());
        Assert.Equal(Server.Port, scope.GetProperty("server")[1].GetInt32());
        Assert.Equal(Server.App.ProcessIds.Single(), scope.GetProperty("state").GetProperty("started").GetInt32());
        Assert.Equal("{}", scope.GetProperty("extensions").GetProperty("http.response.pathsend").ToString());
        Assert.Contains(scope.GetProperty("headers").EnumerateArray(), header => header.ToString() == """["x-field", "value"]""");
    }

    [PythonFact]
    public async Task LargeUpload_IsStreamedToItsEnd()
    {
        const int Size = 12_000_000;
        using var content = new ByteArrayContent(new byte[Size]);
        using HttpResponseMessage response = await Server.Client.PostAsync(new Uri("/count", UriKind.Relative), content);
        Assert.Equal($"{Size}", await response.Content.ReadAsStringAsync());
    }

    [PythonFact]
    public async Task LargeDownload_ComesWhole()
    {
        byte[] body = await Server.Client.GetByteArrayAsync(new Uri("/large?12000256", UriKind.Relative));
        Assert.Equal(12000256, body.Length);
        Assert.All(body.Select((b, i) => b == (byte)i).Distinct(), Assert.True);
    }

    [PythonFact]
    public async Task AppFails_Is500AndItsTracebackIsLoggedOnce()
    {
        using HttpResponseMessage response = await Server.Client.GetAsync(new Uri("/fail", UriKind.Relative));
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.DoesNotContain("detail", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        string error = Assert.Single(Server.Logs.Errors);
        Assert.Contains("ValueError: a detail of the app", error, StringComparison.Ordinal);
        Assert.Contains("raw.py", error, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task AppFailsWithAMessageBeyondAFrame_Is500AndTheWorkerGoesOn()
    {
        // The worker is deaf while Python formats so much.
        await using PythonServer server = await PythonServer.StartAsync(options => options.HealthTimeout = TimeSpan.FromSeconds(60));
        string worker = await server.GetAsync("/pid");
        using HttpResponseMessage response = await server.Client.GetAsync(new Uri("/fail-at-length", UriKind.Relative));
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        await server.Logs.Contains("characters are left out");
        Assert.Equal(worker, await server.GetAsync("/pid"));
    }

    [PythonFact]
    public async Task AppFailsLate_AbortsTheConnection()
    {
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => Server.Client.GetStringAsync(new Uri("/fail-late", UriKind.Relative)));
        Assert.Contains("a late detail", Assert.Single(Server.Logs.Errors), StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task AppFailsBehindItsResponse_IsLogged()
    {
        Assert.Equal("done", await Server.GetAsync("/fail-behind"));
        await Server.Logs.Contains("a detail behind the response");
    }

    [PythonFact]
    public async Task AppReturnsWithoutResponse_Is500()
    {
        using HttpResponseMessage response = await Server.Client.GetAsync(new Uri("/silent", UriKind.Relative));
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
    }

    [PythonFact]
    public async Task SystemExitInARequest_Is500AndTheWorkerGoesOn()
    {
        string worker = await Server.GetAsync("/pid");
        using HttpResponseMessage response = await Server.Client.GetAsync(new Uri("/exit", UriKind.Relative));
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal(worker, await Server.GetAsync("/pid"));
    }

    [PythonFact]
    public async Task WorkBehindTheResponse_DoesNotHoldUpTheNextRequestOfTheConnection()
    {
        Assert.Equal("done", await Server.GetAsync("/background"));
        Assert.Equal("Hello, World!", await Server.GetAsync("/"));
    }

    [PythonFact]
    public async Task ReceiveAfterTheEnd_IsADisconnectAndSendIsRefused()
    {
        Assert.Equal("done", await Server.GetAsync("/after-end"));
        Assert.Contains("[\"http.disconnect\", \"'http.response.body' was sent, but", await Server.SeenAsync("after_end"), StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task ClientLeaves_IsADisconnectAndSendRaisesAnOSError()
    {
        using (HttpResponseMessage response = await Server.Client.GetAsync(new Uri("/until-left", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead))
        {
            byte[] first = new byte[5];
            await (await response.Content.ReadAsStreamAsync()).ReadExactlyAsync(first);
        }

        Assert.Equal("""["http.disconnect", "ClientDisconnected"]""", await Server.SeenAsync("until_left"));
        Assert.Empty(Server.Logs.Errors);
    }

    [PythonFact]
    public async Task ExceptionOfAFrameworkForAClientThatLeft_IsNoError()
    {
        await LeaveAsync("/translate-leave");
        Assert.Equal("True", await Server.SeenAsync("translated"));
        await AllCallsEnd();
        Assert.Empty(Server.Logs.Errors);
    }

    [PythonFact]
    public async Task FailureInTheCleanUpAfterAClientThatLeft_IsLogged()
    {
        await LeaveAsync("/fail-when-left");
        await Server.Logs.Contains("a detail of the clean-up");
    }

    [PythonFact]
    public async Task AppThatReturnsWhenItsClientHasLeft_IsNoError()
    {
        await LeaveAsync("/return-when-left");
        Assert.Equal("True", await Server.SeenAsync("returned"));
        await AllCallsEnd();
        Assert.Empty(Server.Logs.Errors);
    }

    [PythonFact]
    public async Task SlowClient_HoldsUpItsOwnCallAndNothingElse()
    {
        using (HttpResponseMessage response = await Server.Client.GetAsync(new Uri("/endless", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead))
        {
            // The call stands once the window and the buffers of host and sockets are full.
            string sent = "";
            await Eventually.True(() => sent == (sent = Server.SeenAsync("sent").Result) && sent != "0", "a pause in what the app sends");
            Assert.Equal("Hello, World!", await Server.GetAsync("/"));
        }

        Assert.Equal("ClientDisconnected", await Server.SeenAsync("endless"));
    }

    [PythonFact]
    public async Task ContextVariables_AreFreshForEachRequest()
    {
        Assert.Equal("null", await Server.GetAsync("/context"));
        Assert.Equal("null", await Server.GetAsync("/context"));
    }

    [PythonFact]
    public async Task Output_ReachesTheLogLineByLineWithTheWorkersNumber()
    {
        Assert.Equal("said", await Server.GetAsync("/talk"));
        await Server.Logs.Contains("Information [worker 1] printed Grüße");
        await Server.Logs.Contains("Information [worker 1] logged");
    }

    [PythonFact]
    public async Task WrongMessages_RaiseInTheApp() =>
        Assert.Equal("""["RuntimeError", "RuntimeError", "TypeError", "RuntimeError"]""", await Server.GetAsync("/bad-messages"));

    [PythonFact]
    public async Task HeadThatCannotBeSent_RaisesInTheApp()
    {
        using HttpResponseMessage response = await Server.Client.GetAsync(new Uri("/bad-heads", UriKind.Relative));
        JsonElement[] outcomes = [.. JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.EnumerateArray()];
        Assert.Collection(
            outcomes.Select(outcome => outcome.GetString()),
            outcome => Assert.Contains("b'a b' is not a token", outcome, StringComparison.Ordinal),
            outcome => Assert.Contains("b'x-field' has a control character", outcome, StringComparison.Ordinal),
            outcome => Assert.Contains("b'x-field' has a control character", outcome, StringComparison.Ordinal),
            outcome => Assert.Contains("b'' is not a token", outcome, StringComparison.Ordinal),
            outcome => Assert.Contains("status 100", outcome, StringComparison.Ordinal));
        Assert.Equal("a\tb", response.Headers.GetValues("x-field").Single());
    }

    [PythonFact]
    public async Task HeadThatCannotBeSent_Is500AndNamedInTheLog()
    {
        using HttpResponseMessage response = await Server.Client.GetAsync(new Uri("/bad-head", UriKind.Relative));
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        await Server.Logs.Contains("The value of the header b'x-field' has a control character");
    }

    [PythonFact]
    public async Task StateOfTheHost_ReachesTheAppBelowItsOwn()
    {
        foreach (bool raw in new[] { false, true })
        {
            await using PythonServer server = await PythonServer.StartAsync("raw:app", raw: raw, middleware: app => (scope, receive, send) =>
            {
                if (scope is HttpScope)
                {
                    scope.State["user"] = "Zoë";
                    scope.State["level"] = 1L << 40;
                    scope.State["started"] = "the worker's own wins";
                    scope.State["clock"] = TimeProvider.System;
                }

                return app(scope, receive, send);
            });
            JsonElement state = (await server.GetJsonAsync("/scope")).GetProperty("state");
            Assert.Equal("Zoë", state.GetProperty("user").GetString());
            Assert.Equal(1L << 40, state.GetProperty("level").GetInt64());
            Assert.Equal(server.App.ProcessIds.Single(), state.GetProperty("started").GetInt32());
            Assert.False(state.TryGetProperty("clock", out _));
        }
    }

    [PythonFact]
    public async Task Expect100_IsAnsweredWhenTheAppReceives()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/count") { Content = new ByteArrayContent(new byte[1000]) };
        request.Headers.ExpectContinue = true;
        using HttpResponseMessage response = await Server.Client.SendAsync(request);
        Assert.Equal("1000", await response.Content.ReadAsStringAsync());
    }

    [PythonFact]
    public Task TlsConnection_IsAnExtensionOfTheScope() => ShowsTheTlsConnectionAsync(raw: false);

    [PythonFact]
    public Task TlsConnectionOnTheRawPath_IsAnExtensionOfTheScope() => ShowsTheTlsConnectionAsync(raw: true);

    [PythonFact]
    public async Task Files_AreSentByPathAndByDescriptor()
    {
        string path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, "0123456789");
            Assert.Equal("0123456789", await Server.GetAsync($"/path?{path}"));
            Assert.Equal("2340123456789", await Server.GetAsync($"/file?{path}"));
            Assert.Empty(Server.Logs.Errors);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [PythonFact]
    public async Task Trailers_AreSentOverHttp2()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/trailers") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using HttpResponseMessage response = await Server.Client.SendAsync(request);
        Assert.Equal("with trailers", await response.Content.ReadAsStringAsync());
        Assert.Equal("42", response.TrailingHeaders.GetValues("x-sum").Single());
    }

    private Task AllCallsEnd() => Eventually.True(() => Server.App.ActiveCalls == 0, "the end of the app's calls");

    private async Task LeaveAsync(string path)
    {
        using HttpResponseMessage response = await Server.Client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        await (await response.Content.ReadAsStreamAsync()).ReadExactlyAsync(new byte[4]);
    }

    private static async Task ShowsTheTlsConnectionAsync(bool raw)
    {
        using X509Certificate2 certificate = TestCertificate.Create("server");
        await using PythonServer server = await PythonServer.StartAsync("raw:app", raw: raw, certificate: certificate);
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHashString() == certificate.GetCertHashString();
        using var client = new HttpClient(handler);
        string answer = await client.GetStringAsync(new Uri($"https://127.0.0.1:{server.Port}/scope")).Within("the answer");
        JsonElement scope = JsonDocument.Parse(answer).RootElement;
        Assert.Equal("https", scope.GetProperty("scheme").GetString());
        JsonElement tls = scope.GetProperty("extensions").GetProperty("tls");
        Assert.Contains(tls.GetProperty("tls_version").GetInt32(), (int[])[0x0303, 0x0304]);
        Assert.Equal(JsonValueKind.Number, tls.GetProperty("cipher_suite").ValueKind);
        Assert.Equal(0, tls.GetProperty("client_cert_chain").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, tls.GetProperty("client_cert_name").ValueKind);
        if (!raw)
        {
            Assert.Equal(certificate.ExportCertificatePem().Trim(), tls.GetProperty("server_cert").GetString()!.Trim());
        }
    }
}
