using Microsoft.AspNetCore.Http;
using Perch.AspNetCore.Http;
using Perch.AspNetCore.Tests.Support;

namespace Perch.AspNetCore.Tests.Speed;

/// <summary>An app that sends cached events costs Perch no allocation: driven here by a server that makes none either.</summary>
public class AllocationTests
{
    private const int Requests = 1000;

    private static readonly HttpResponseBody World = new("Hello"u8);

    private static readonly HttpResponseBody Part = new("Hel"u8, moreBody: true);

    private static readonly HttpResponseBody Rest = new("lo"u8);

    private static readonly HttpFullResponse Full = new(200, [("content-type", "text/plain")], "Hello"u8.ToArray());

    // Not "async": in a Debug build each call of such a method allocates.
    private static readonly GatewayApp TwoEvents = (_, _, send) => Both(send(Apps.Ok), send(World));

    private static readonly GatewayApp OneEvent = (_, _, send) => Both(send(Full), default);

    private static readonly GatewayApp Chunks = (_, _, send) => Both(send(Apps.Ok), Then(send(Part), send(Rest)));

    private static readonly GatewayApp Receives = (_, receive, send) =>
        IsWholeBody(receive()) ? TwoEvents(null!, null!, send) : throw new InvalidOperationException("The body is not there at once.");

    private static readonly GatewayApp Looks = (scope, receive, send) =>
    {
        var http = (HttpScope)scope;
        int length = http.Path.Length + http.Method.Length + http.RawPath.Length + http.QueryString.Length + http.HttpVersion.Length + http.RootPath.Length;
        return length > 0 && http.Headers.GetValue("x-custom") is not null ? TwoEvents(scope, receive, send) : throw new InvalidOperationException();
    };

    private static readonly GatewayApp ReadsAllHeaders = (scope, receive, send) =>
    {
        int length = 0;
        foreach (Header header in ((HttpScope)scope).Headers)
        {
            length += header.Name.Length + header.Value.Length;
        }

        return length > 0 ? TwoEvents(scope, receive, send) : throw new InvalidOperationException();
    };

    public static TheoryData<string> Names => [nameof(TwoEvents), nameof(OneEvent), nameof(Chunks), nameof(Receives), nameof(Looks)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Without_a_pipeline_a_request_allocates_nothing(string name)
    {
        await using TestServer server = Create();
        var application = new GatewayHttpApplication(server.Host.Mount(AppOf(name), RoutePrefix.None));
        var connection = new StubConnection();
        AssertAllocatesNothing(connection, () =>
        {
            HttpExchange exchange = application.CreateContext(connection);
            Task run = application.ProcessRequestAsync(exchange);
            application.DisposeContext(exchange, null);
            return run;
        });
        Assert.Equal(0, server.Host.Running);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task In_a_pipeline_a_request_allocates_nothing(string name)
    {
        await using TestServer server = Create();
        GatewayMount mount = server.Host.Mount(AppOf(name), RoutePrefix.None);
        var connection = new StubConnection();
        var context = new DefaultHttpContext(connection);
        AssertAllocatesNothing(connection, () => mount.InvokeAsync(context));
        Assert.Equal(0, server.Host.Running);
    }

    [Fact]
    public async Task Headers_as_bytes_allocate_no_more_than_the_servers_own_enumerator()
    {
        await using TestServer server = Create();
        GatewayMount mount = server.Host.Mount(ReadsAllHeaders, RoutePrefix.None);
        var connection = new StubConnection();
        var context = new DefaultHttpContext(connection);
        IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> headers = context.Request.Headers;
        long enumerator = long.MaxValue;
        for (int round = 0; round < 10; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            headers.GetEnumerator().Dispose();
            enumerator = Math.Min(enumerator, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(enumerator * Requests, Measure(connection, () => mount.InvokeAsync(context)));
    }

    private static void AssertAllocatesNothing(StubConnection connection, Func<Task> request) => Assert.Equal(0, Measure(connection, request));

    /// <summary>What the requests of a round allocate.</summary>
    private static long Measure(StubConnection connection, Func<Task> request)
    {
        long least = long.MaxValue;

        // The first rounds compile, and the runtime may compile again behind them.
        for (int round = 0; round < 10 && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Requests; i++)
            {
                connection.Renew();
                if (!request().IsCompletedSuccessfully)
                {
                    throw new InvalidOperationException("The request did not end at once.");
                }
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(200, connection.Status);
        Assert.Equal("Hello"u8.ToArray(), connection.Body.ToArray());
        return least;
    }

    private static TestServer Create() => TestServer.Create(_ => { }, new() { Gateway = options => options.ReuseScopes = true });

    private static bool IsWholeBody(ValueTask<GatewayEvent> received) =>
        received.IsCompletedSuccessfully && received.GetAwaiter().GetResult() is HttpRequestBody { MoreBody: false };

    private static Task Both(ValueTask one, ValueTask two) =>
        one.IsCompletedSuccessfully && two.IsCompletedSuccessfully ? Task.CompletedTask : throw new InvalidOperationException("A send waited.");

    private static ValueTask Then(ValueTask one, ValueTask two) => one.IsCompletedSuccessfully ? two : throw new InvalidOperationException("A send waited.");

    private static GatewayApp AppOf(string name) => name switch
    {
        nameof(TwoEvents) => TwoEvents,
        nameof(OneEvent) => OneEvent,
        nameof(Chunks) => Chunks,
        nameof(Receives) => Receives,
        _ => Looks,
    };
}
