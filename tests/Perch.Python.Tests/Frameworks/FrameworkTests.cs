using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Perch.Python.Tests.Support;
using static Perch.Python.Tests.Frameworks.Agreement;

namespace Perch.Python.Tests.Frameworks;

/// <summary>Apps of the frameworks that people have, unmodified, on Perch and on uvicorn: what a client sees is the same.</summary>
public sealed class FrameworkTests
{
    private const string Form = "application/x-www-form-urlencoded";

    [PythonFact("fastapi", "multipart", "uvicorn", "httptools")]
    public async Task FastApi_AnswersAsOnUvicorn()
    {
        await using PythonServer perch = await StartAsync("fastapi_app:app");
        await using UvicornServer uvicorn = await UvicornServer.StartAsync("fastapi_app:app");
        const string Multipart = "--x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhi\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\ncontent\r\n--x--\r\n";
        await CheckAsync(
            perch,
            uvicorn,
            new("GET", "/"),
            new("HEAD", "/"),
            new("GET", "/async/7?q=%20x"),
            new("GET", "/async/seven"),
            new("POST", "/items", """{"name": "a", "price": 1.5, "tags": ["x"]}""", "application/json"),
            new("POST", "/items", """{"name": "a"}""", "application/json"),
            new("POST", "/items", "{not json", "application/json"),
            new("GET", "/guarded"),
            new("GET", "/guarded", null, null, ("x-token", "secret")),
            new("POST", "/upload", Multipart, "multipart/form-data; boundary=x"),
            new("POST", "/background"),
            new("GET", "/done"),
            new("GET", "/stream"),
            new("GET", "/redirect"),
            new("GET", "/cookies"),
            new("GET", "/file"),
            new("GET", "/fails"),
            new("GET", "/nowhere"),
            new("DELETE", "/"),
            new("GET", "/docs"),
            new("GET", "/openapi.json"));
    }

    [PythonFact("fastapi", "multipart")]
    public async Task FastApi_WebSocketTalksAndLargeUploadsStream()
    {
        await using PythonServer perch = await StartAsync("fastapi_app:app");
        Assert.Equal("you said grüße", await TalkAsync(perch));
        using var form = new MultipartFormDataContent { { new ByteArrayContent(new byte[5_000_000]), "file", "large.bin" } };
        using HttpResponseMessage response = await perch.Client.PostAsync(new Uri("/upload", UriKind.Relative), form);
        Assert.Equal(5_000_000, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("size").GetInt32());
    }

    [PythonFact("starlette", "uvicorn", "httptools")]
    public async Task Starlette_AnswersAsOnUvicorn()
    {
        await using PythonServer perch = await StartAsync("starlette_app:app");
        await using UvicornServer uvicorn = await UvicornServer.StartAsync("starlette_app:app");
        await CheckAsync(
            perch,
            uvicorn,
            new("GET", "/"),
            new("POST", "/echo", new string('x', 100_000), "text/x-test"),
            new("POST", "/echo"),
            new("GET", "/sub/url?a=1&b=%C3%BC", null, null, ("user-agent", "test")),
            new("GET", "/sub/"),
            new("GET", "/long", null, null, ("accept-encoding", "gzip")));
    }

    [PythonFact("django", "uvicorn", "httptools")]
    public async Task Django_AnswersAsOnUvicorn()
    {
        await using PythonServer perch = await StartAsync("django_app:app");
        await using UvicornServer uvicorn = await UvicornServer.StartAsync("django_app:app");
        string token = new('a', 32);
        (string, string)[] csrf = [("cookie", $"csrftoken={token}"), ("x-csrftoken", token)];
        await CheckAsync(
            perch,
            uvicorn,
            new("GET", "/"),
            new("GET", "/visits"),
            new("GET", "/form"),
            new("POST", "/form", "name=Ada", Form),
            new("POST", "/form", "name=Ada", Form, csrf),
            new("POST", "/form", "name=much-too-long-a-name", Form, csrf),
            new("GET", "/stream"),
            new("GET", "/later?x=1"),
            new("GET", "/nowhere"));
    }

    [PythonFact("django")]
    public async Task Django_CountsTheVisitsOfASession()
    {
        await using PythonServer perch = await StartAsync("django_app:app");
        using HttpResponseMessage first = await perch.Client.GetAsync(new Uri("/visits", UriKind.Relative));
        using var again = new HttpRequestMessage(HttpMethod.Get, "/visits");
        again.Headers.Add("cookie", first.Headers.GetValues("set-cookie").Single().Split(';')[0]);
        using HttpResponseMessage second = await perch.Client.SendAsync(again);
        Assert.Equal("""{"visits": 2}""", await second.Content.ReadAsStringAsync());
    }

    [PythonFact("quart", "uvicorn", "httptools")]
    public async Task Quart_AnswersAsOnUvicorn()
    {
        await using PythonServer perch = await StartAsync("quart_app:app");
        await using UvicornServer uvicorn = await UvicornServer.StartAsync("quart_app:app");
        await CheckAsync(
            perch,
            uvicorn,
            new("GET", "/"),
            new("POST", "/echo", "body"),
            new("POST", "/json", """{"a": [1]}""", "application/json"),
            new("GET", "/stream"),
            new("GET", "/nowhere"));
        Assert.Equal("you said grüße", await TalkAsync(perch));
    }

    [PythonFact("flask", "uvicorn", "httptools")]
    public async Task Flask_AnswersAsOnUvicorn()
    {
        await using PythonServer perch = await StartAsync("flask_app:app");
        await using UvicornServer uvicorn = await UvicornServer.StartAsync("flask_app:app", "--interface", "wsgi");
        await CheckAsync(
            perch,
            uvicorn,
            new("GET", "/"),
            new("HEAD", "/"),
            new("POST", "/echo", new string('x', 200_000)),
            new("GET", "/environ/a%20b?x=1&y=%C3%BC", null, null, ("X-Field", "value")),
            new("POST", "/lines", "one\ntwo\nthree"),
            new("GET", "/stream"),
            new("GET", "/fails"),
            new("GET", "/nowhere"));
    }

    [PythonFact("flask")]
    public async Task Wsgi_RequestsRunBesideEachOther()
    {
        await using PythonServer perch = await StartAsync("flask_app:app");
        await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            using var content = new StringContent($"body {i}");
            using HttpResponseMessage response = await perch.Client.PostAsync(new Uri("/echo", UriKind.Relative), content);
            Assert.Equal(($"body {i}", HttpStatusCode.Created), (await response.Content.ReadAsStringAsync(), response.StatusCode));
        })).Within("100 answers");
    }

    [PythonFact]
    public async Task Asgi2_IsDetected()
    {
        await using PythonServer perch = await PythonServer.StartAsync("asgi2_app:app");
        Assert.Equal("two", await perch.GetAsync("/"));
        await perch.Logs.Contains("asgi2");
    }

    [PythonFact]
    public async Task AppThatWrapsWhatTakesNothing_IsAnApp()
    {
        await using PythonServer perch = await PythonServer.StartAsync("wrapped_app:app");
        Assert.Equal("wrapped", await perch.GetAsync("/"));
    }

    [PythonFact]
    public async Task Factory_MakesTheApp()
    {
        await using PythonServer perch = await PythonServer.StartAsync("asgi2_app:make", options => options.Factory = true);
        Assert.Equal("two", await perch.GetAsync("/"));
    }

    private static Task<PythonServer> StartAsync(string target) => PythonServer.StartAsync(target, options => options.Python = PythonInterpreters.System);

    private static async Task<string> TalkAsync(PythonServer server)
    {
        using ClientWebSocket socket = await server.OpenWebSocketAsync("/ws");
        await socket.SendAsync(Encoding.UTF8.GetBytes("grüße"), WebSocketMessageType.Text, true, CancellationToken.None);
        byte[] buffer = new byte[100];
        WebSocketReceiveResult result = await socket.ReceiveAsync(buffer, CancellationToken.None).Within("the answer");
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "", CancellationToken.None).Within("the close handshake");
        return Encoding.UTF8.GetString(buffer, 0, result.Count);
    }
}
