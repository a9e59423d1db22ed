using System.Text;
using Perch.Benchmarks.Capturing;
using Perch.Benchmarks.Load;
using Perch.Benchmarks.Workloads;
using static System.FormattableString;

namespace Perch.Benchmarks.Scenarios;

/// <summary>The scenarios, as data.</summary>
internal static class ScenarioCatalog
{
    private const string Get = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

    /// <summary>Hello, one request at a time on each connection.</summary>
    internal static Scenario Hello(int connections) => new(
        "hello", "hello, one request at a time", "hello", Asking(Get, HelloWorkload.Body), connections, 1, WarmUp: 30_000);

    /// <summary>Hello, in pipelines.</summary>
    internal static Scenario HelloPipelined(int connections, int depth) => new(
        "hello-pipelined", $"hello, {depth}-deep pipelines", "hello", Asking(Get, HelloWorkload.Body), connections, depth, WarmUp: 60_000);

    /// <summary>A body of 10 KB, sent back.</summary>
    internal static Scenario Echo(int connections)
    {
        string head = $"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/octet-stream\r\nContent-Length: {EchoWorkload.Body.Length}\r\n\r\n";
        byte[] request = [.. Encoding.ASCII.GetBytes(head), .. EchoWorkload.Body.Span];
        return new("echo", "POST of 10 KB, echoed", "echo", new HttpDialogue(request, new(200, EchoWorkload.Body)), connections, 1, WarmUp: 30_000);
    }

    /// <summary>Hello by a route of Starlette's.</summary>
    internal static Scenario Starlette(int connections) => new(
        "starlette", "Starlette, a route", "starlette", Asking(Get, HelloWorkload.Body), connections, 1, WarmUp: 30_000);

    /// <summary>JSON by FastAPI.</summary>
    internal static Scenario FastApi(int connections) => new(
        "fastapi", "FastAPI, JSON", "fastapi", Asking(Get, """{"message":"Hello, World!"}"""u8.ToArray()), connections, 1, WarmUp: 30_000);

    /// <summary>1 MB from memory. Each request is a thousand writes for the server: fewer of them warm it.</summary>
    internal static Scenario Download(int connections) => new(
        "download", "download of 1 MB", "download", Asking(Get, DownloadWorkload.Body), Math.Min(connections, 8), 1, WarmUp: 2_000);

    /// <summary>100 pieces, each flushed.</summary>
    internal static Scenario Chunks(int connections) => new(
        "chunks", "100 chunks of 100 bytes", "chunks", Asking(Get, ChunksWorkload.Body), connections, 1, WarmUp: 3_000);

    /// <summary>A user's own requests, in turn.</summary>
    internal static Scenario Captured(IReadOnlyList<CapturedRequest> requests, int connections, int depth) => new(
        depth > 1 ? "requests-pipelined" : "requests",
        Invariant($"{requests.Count} of your own, {requests.Average(request => request.Bytes.Length):N0} bytes each, {(depth > 1 ? $"{depth}-deep pipelines" : "one at a time")}"),
        "any",
        new HttpDialogue(
            [.. requests.Select(request => request.Bytes)],
            [.. requests.Select(request => new ExpectedResponse(200, AnyWorkload.Body, request.IsHead))]),
        connections,
        depth,
        WarmUp: 30_000);

    /// <summary>Messages, sent back.</summary>
    internal static Scenario WebSocketEcho(int bytes, string title, int connections, int depth) => new(
        Invariant($"{bytes}b-{connections}{(depth > 1 ? "-pipelined" : "")}"),
        Invariant($"echo of {title}, {(depth > 1 ? $"{depth} in flight" : "one at a time")}"),
        "websocket",
        new WebSocketDialogue(DownloadWorkload.Pattern(bytes)),
        connections,
        depth,
        WarmUp: bytes > 10_000 ? 3_000 : 30_000);

    private static HttpDialogue Asking(string request, ReadOnlyMemory<byte> body) => new(Encoding.ASCII.GetBytes(request), new ExpectedResponse(200, body));
}
