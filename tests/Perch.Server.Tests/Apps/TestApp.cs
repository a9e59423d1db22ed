using System.Text;

namespace Perch.Server.Tests.Apps;

/// <summary>The app that the command runs in these tests.</summary>
internal static class TestApp
{
    /// <summary>Its name on the command line.</summary>
    internal static string Name { get; } = $"{typeof(TestApp).Assembly.Location}:{typeof(TestApp).FullName}.{nameof(Serve)}";

    /// <summary>The name of another of its members.</summary>
    internal static string NameOf(string member) => Name[..^nameof(Serve).Length] + member;

    private static readonly TaskCompletionSource Released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private static int _floods;
    private static int _blocked;
    private static byte[]? _held;

    /// <summary>An app whose startup fails.</summary>
    internal static async Task Fails(Scope scope, Receive receive, Send send)
    {
        await receive();
        await send(new LifespanStartupFailed("the database is away"));
    }

    /// <summary>An app whose startup does not end.</summary>
    internal static async Task Hangs(Scope scope, Receive receive, Send send)
    {
        await receive();
        await Console.Error.WriteLineAsync("it starts");
        await Task.Delay(Timeout.Infinite);
    }

    /// <summary>The same app with a lifespan, which says on standard output what becomes of it.</summary>
    internal static async Task HasLifespan(Scope scope, Receive receive, Send send)
    {
        if (scope is not LifespanScope)
        {
            await Serve(scope, receive, send);
            return;
        }

        await receive();
        Console.WriteLine("the app starts");
        await send(LifespanStartupComplete.Instance);
        await receive();
        await Task.Yield();
        Console.WriteLine("the app has shut down");
        await send(LifespanShutdownComplete.Instance);
    }

    /// <summary>An app that starts as long as a file is there.</summary>
    internal static async Task StartsWhileTheFileIsThere(Scope scope, Receive receive, Send send)
    {
        if (scope is not LifespanScope)
        {
            await Serve(scope, receive, send);
            return;
        }

        await receive();
        if (!File.Exists(Environment.GetEnvironmentVariable("TEST_FILE")))
        {
            await send(new LifespanStartupFailed("the file is away"));
            return;
        }

        await send(LifespanStartupComplete.Instance);
        await receive();
        await send(LifespanShutdownComplete.Instance);
    }

    /// <summary>An app whose shutdown never ends.</summary>
    internal static async Task NeverShutsDown(Scope scope, Receive receive, Send send)
    {
        if (scope is not LifespanScope)
        {
            await Serve(scope, receive, send);
            return;
        }

        await receive();
        await send(LifespanStartupComplete.Instance);
        await receive();
        await Task.Delay(Timeout.Infinite);
    }

    internal static Task Serve(Scope scope, Receive receive, Send send) => scope is HttpScope http
        ? http.RoutePath switch
        {
            "/" => send.TextAsync("Hello, World!").AsTask(),
            "/scope" => send.TextAsync(Describe(http)).AsTask(),
            "/echo" => EchoAsync(receive, send),
            "/slow" => SlowAsync(http, send),
            "/block" => BlockAsync(send),
            "/blocked" => send.TextAsync($"{_blocked}").AsTask(),
            "/stream" => StreamAsync(receive, send),
            "/flood" => FloodAsync(send),
            "/floods" => send.TextAsync($"{_floods}").AsTask(),
            "/hold" => HoldAsync(http, send),
            "/pid" => send.TextAsync($"{Environment.ProcessId}").AsTask(),
            "/release" => ReleaseAsync(send),
            "/raise" => throw new InvalidOperationException("raised by the app"),
            _ => send.TextAsync("nothing here", status: 404).AsTask(),
        }
        : scope is WebSocketScope socket ? EchoMessagesAsync(socket, receive, send) : throw new UnsupportedScopeException(scope);

    /// <summary>Those that came to /held receive from now on, those that came to /block go on.</summary>
    private static async Task ReleaseAsync(Send send)
    {
        Released.TrySetResult();
        await send.TextAsync("released");
    }

    private static async Task EchoMessagesAsync(WebSocketScope scope, Receive receive, Send send)
    {
        await receive();
        await send(new WebSocketAccept());
        if (scope.RoutePath == "/held")
        {
            await Released.Task;
        }

        while (await receive() is WebSocketReceive message)
        {
            await send(message.Text is { } text ? new WebSocketSend(text) : new WebSocketSend(message.Bytes!.Value.ToArray()));
        }
    }

    private static string Describe(HttpScope http) => string.Join('\n',
        $"scheme={http.Scheme}",
        $"root_path={http.RootPath}",
        $"path={http.Path}",
        $"raw_path={Encoding.Latin1.GetString(http.RawPath.Span)}",
        $"client={http.Client}",
        $"server={http.Server}",
        $"host={http.Headers.GetValue("host")}",
        $"version={http.HttpVersion}",
        $"tls={http.Tls is not null}");

    private static async Task EchoAsync(Receive receive, Send send)
    {
        long length = 0;
        while (await receive() is HttpRequestBody body)
        {
            length += body.Body.Length;
            if (!body.MoreBody)
            {
                break;
            }
        }

        await send.TextAsync($"{length}");
    }

    /// <summary>Says that it runs before it goes to sleep: the first byte of the answer is the sign.</summary>
    private static async Task SlowAsync(HttpScope http, Send send)
    {
        string query = Encoding.ASCII.GetString(http.QueryString.Span);
        await send(new HttpResponseStart(200, [("content-type", "text/plain")]));
        await send(new HttpResponseBody("started "u8, moreBody: true));
        await Task.Delay(int.Parse(query, System.Globalization.CultureInfo.InvariantCulture));
        await send(new HttpResponseBody("finished"u8));
    }

    /// <summary>Holds its thread until /release.</summary>
    private static async Task BlockAsync(Send send)
    {
        Interlocked.Increment(ref _blocked);
        Released.Task.Wait();
        await send.TextAsync("blocked");
    }

    /// <summary>Takes memory, and does not give it back.</summary>
    private static async Task HoldAsync(HttpScope http, Send send)
    {
        _held = new byte[int.Parse(Encoding.ASCII.GetString(http.QueryString.Span), System.Globalization.CultureInfo.InvariantCulture)];
        _held.AsSpan().Fill(1);
        await send.TextAsync($"{Environment.ProcessId}");
    }

    /// <summary>More than any buffer holds.</summary>
    private static async Task FloodAsync(Send send)
    {
        Interlocked.Increment(ref _floods);
        try
        {
            await send(new HttpResponseStart(200));
            var chunk = new HttpResponseBody(new byte[1 << 20], moreBody: true);
            for (int i = 0; i < 256; i++)
            {
                await send(chunk);
            }

            await send(HttpResponseBody.Empty);
        }
        finally
        {
            Interlocked.Decrement(ref _floods);
        }
    }

    /// <summary>A stream that ends when the client leaves, or the server asks it to.</summary>
    private static async Task StreamAsync(Receive receive, Send send)
    {
        while (await receive() is HttpRequestBody { MoreBody: true })
        {
        }

        await send(new HttpResponseStart(200, [("content-type", "text/plain")]));
        await send(new HttpResponseBody("open "u8, moreBody: true));
        await receive();
        await send(new HttpResponseBody("told"u8));
    }
}
