using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Perch.Python.Tests.Support;

namespace Perch.Python.Tests.Soak;

/// <summary>
/// Clients that do everything a Python app is asked for, one call after the other, until they are told to stop. Each call is answered rightly,
/// refused with a status that the host gives when a worker has gone, or its connection ends. Anything else is a fault, and so is silence.
/// </summary>
internal sealed class MixedTraffic : IDisposable
{
    /// <summary>Before a response has begun: the worker died (502), or there was none for too long (503).</summary>
    private static readonly HttpStatusCode[] Refusals = [HttpStatusCode.BadGateway, HttpStatusCode.ServiceUnavailable];

    private readonly PythonServer _server;
    private readonly HttpClient _client;
    private readonly ConcurrentDictionary<string, int> _counts = new();
    private readonly ConcurrentQueue<string> _faults = new();

    internal MixedTraffic(PythonServer server)
    {
        _server = server;
        _client = new HttpClient(new SocketsHttpHandler { UseCookies = false })
        {
            BaseAddress = new Uri($"http://127.0.0.1:{server.Port}"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>What must not have been.</summary>
    internal IReadOnlyCollection<string> Faults => _faults;

    /// <summary>How often each call ended in which way.</summary>
    internal string Summary => string.Join(", ", _counts.OrderBy(count => count.Key, StringComparer.Ordinal).Select(count => $"{count.Key} {count.Value}"));

    internal int Answered => _counts.Where(count => count.Key.EndsWith("answered", StringComparison.Ordinal)).Sum(count => count.Value);

    internal Task RunAsync(int clients, CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, clients).Select(number => Task.Run(() => RunAsync(new Random(number), stop), CancellationToken.None)));

    public void Dispose() => _client.Dispose();

    private async Task RunAsync(Random random, CancellationToken stop)
    {
        (string Name, Func<Random, Task> Call)[] calls =
        [
            ("hello", _ => HelloAsync()), ("echo", EchoAsync), ("upload", UploadAsync), ("download", DownloadAsync), ("wait", WaitAsync),
            ("leave", LeaveAsync), ("websocket", WebSocketAsync),
        ];
        while (!stop.IsCancellationRequested)
        {
            (string name, Func<Random, Task> call) = calls[random.Next(calls.Length)];
            string outcome;
            try
            {
                await call(random).Within($"the end of a call of '{name}'");
                outcome = "answered";
            }
            catch (RefusedException)
            {
                outcome = "refused";
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException or WebSocketException)
            {
                outcome = "aborted";
            }
            catch (Exception exception)
            {
                _faults.Enqueue($"{name}: {exception}");
                return;
            }

            _counts.AddOrUpdate($"{name} {outcome}", 1, (_, count) => count + 1);
        }
    }

    private async Task HelloAsync() => Expect("Hello, World!"u8.ToArray(), await BodyAsync(HttpMethod.Get, "/"));

    private async Task EchoAsync(Random random)
    {
        byte[] body = RandomNumberGenerator.GetBytes(random.Next(1, 200_000));
        Expect(body, await BodyAsync(HttpMethod.Post, "/echo", body));
    }

    private async Task UploadAsync(Random random)
    {
        byte[] body = new byte[random.Next(1, 1_000_000)];
        Expect(Encoding.ASCII.GetBytes($"{body.Length}"), await BodyAsync(HttpMethod.Post, "/count", body));
    }

    private async Task DownloadAsync(Random random)
    {
        int size = 256 * random.Next(1, 4000);
        byte[] body = await BodyAsync(HttpMethod.Get, $"/large?{size}");
        if (body.Length != size || body[^1] != 255)
        {
            throw new InvalidDataException($"{body.Length} bytes came of {size}.");
        }
    }

    private async Task WaitAsync(Random random) => Expect("waited"u8.ToArray(), await BodyAsync(HttpMethod.Get, $"/wait?0.{random.Next(10, 500):000}"));

    /// <summary>A client that goes in the middle of a response that has no end.</summary>
    private async Task LeaveAsync(Random random)
    {
        using HttpResponseMessage response = await _client.GetAsync(new Uri("/endless", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        RefusedException.ThrowIfIn(response.StatusCode, Refusals);
        using Stream body = await response.Content.ReadAsStreamAsync();
        await body.ReadExactlyAsync(new byte[random.Next(1, 300_000)]);
    }

    private async Task WebSocketAsync(Random random)
    {
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{_server.Port}/echo"), CancellationToken.None);
        for (int messages = random.Next(1, 30); messages > 0; messages--)
        {
            byte[] message = RandomNumberGenerator.GetBytes(random.Next(1, 50_000));
            await socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, CancellationToken.None);
            byte[] answer = new byte[message.Length + 1];
            int received = 0;
            ValueWebSocketReceiveResult result;
            do
            {
                result = await socket.ReceiveAsync(answer.AsMemory(received), CancellationToken.None);
                received += result.Count;
            }
            while (!result.EndOfMessage);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                // 1011: the worker died. 1012: it was replaced.
                throw (int?)socket.CloseStatus is 1011 or 1012
                    ? new RefusedException()
                    : new InvalidDataException($"The WebSocket was closed with {socket.CloseStatus} {socket.CloseStatusDescription}.");
            }

            Expect(message, answer.AsSpan(0, received));
        }

        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
    }

    private async Task<byte[]> BodyAsync(HttpMethod method, string path, byte[]? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Content = body is null ? null : new ByteArrayContent(body);
        using HttpResponseMessage response = await _client.SendAsync(request);
        RefusedException.ThrowIfIn(response.StatusCode, Refusals);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new InvalidDataException($"{path} was answered with {(int)response.StatusCode}.");
        }

        return await response.Content.ReadAsByteArrayAsync();
    }

    private static void Expect(byte[] expected, ReadOnlySpan<byte> actual)
    {
        if (!actual.SequenceEqual(expected))
        {
            throw new InvalidDataException($"{actual.Length} bytes came, other than the {expected.Length} that were expected.");
        }
    }

    private sealed class RefusedException : Exception
    {
        internal static void ThrowIfIn(HttpStatusCode status, HttpStatusCode[] refusals)
        {
            if (refusals.Contains(status))
            {
                throw new RefusedException();
            }
        }
    }
}
