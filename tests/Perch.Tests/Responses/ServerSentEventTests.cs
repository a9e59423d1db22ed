using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Perch.Tests.Support;

namespace Perch.Tests.Responses;

public sealed class ServerSentEventTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static TheoryData<ServerSentEvent, string> Encodings => new()
    {
        { new("hello"), "data: hello\n\n" },
        { new(" hello"), "data:  hello\n\n" },
        { new(""), "data: \n\n" },
        { new("a\nb\r\nc\rd\n"), "data: a\ndata: b\ndata: c\ndata: d\ndata: \n\n" },
        { new("x", "tick", "7"), "event: tick\nid: 7\ndata: x\n\n" },
        { new("x", id: ""), "id: \ndata: x\n\n" },
        { new() { Retry = TimeSpan.FromSeconds(2.5) }, "retry: 2500\n\n" },
        { new() { Comment = "note\nmore" }, ":note\n:more\n\n" },
        { ServerSentEvent.Heartbeat, ":\n\n" },
        { new("\u017C"), "data: \u017C\n\n" },
        { new(), "\n" },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public void Event_IsEncoded(ServerSentEvent one, string expected) => Assert.Equal(expected, Encoding.UTF8.GetString(one.ToBytes()));

    [Fact]
    public void FieldThatWouldBeginAnother_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => new ServerSentEvent("x", "a\nb"));
        Assert.Throws<ArgumentException>(() => new ServerSentEvent("x", "a\rb"));
        Assert.Throws<ArgumentException>(() => new ServerSentEvent("x", id: "a\nb"));
        Assert.Throws<ArgumentException>(() => new ServerSentEvent("x", id: "a\0b"));
        Assert.Throws<ArgumentException>(() => new ServerSentEvent("x") with { Event = "\n" });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ServerSentEvent { Retry = TimeSpan.FromSeconds(-1) });
    }

    [Fact]
    public async Task Events_AreSentAsTheyCome()
    {
        var exchange = new Exchange(Exchange.Get());
        await exchange.Send.EventsAsync(exchange.Scope, Events(new("a"), new("b")), headers: [("x-id", "7")]);
        Assert.True(exchange.IsComplete);
        Assert.Equal("data: a\n\ndata: b\n\n", exchange.Text);
        Assert.Equal("x-id: 7\ncache-control: no-cache\ncontent-type: text/event-stream", exchange.Headers.ToString());

        // The start, an empty part that takes it to the client, two events, the end.
        Assert.Equal(5, exchange.Sent.Count);
    }

    [Fact]
    public async Task Head_DoesNotAskForEvents()
    {
        var exchange = new Exchange(Exchange.Get(method: "HEAD"));
        await exchange.Send.EventsAsync(exchange.Scope, Events([null!]));
        Assert.True(exchange.IsComplete);
        Assert.Equal(2, exchange.Sent.Count);
    }

    [Fact]
    public async Task IdleStream_HasHeartbeats()
    {
        var channel = Channel.CreateUnbounded<ServerSentEvent>();
        var exchange = new Exchange(Exchange.Get());
        var beats = new TaskCompletionSource();
        int count = 0;
        exchange.OnSend = message =>
        {
            if (message is HttpResponseBody body && body.Body.Span.SequenceEqual(":\n\n"u8) && ++count == 2)
            {
                beats.SetResult();
            }
        };
        Task response = exchange.Send.EventsAsync(exchange.Scope, channel.Reader.ReadAllAsync(), TimeSpan.FromMilliseconds(5)).AsTask();
        await beats.Task.WaitAsync(Limit);
        channel.Writer.TryWrite(new("late"));
        channel.Writer.Complete();
        await response.WaitAsync(Limit);
        Assert.StartsWith(":\n\n:\n\n", exchange.Text, StringComparison.Ordinal);
        Assert.Contains("data: late\n\n", exchange.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ClientThatLeavesWhileIdle_EndsTheSource()
    {
        var source = new TestSource();
        var scope = new HttpScope(source);
        var exchange = new Exchange(scope);
        var ended = new TaskCompletionSource();
        Task response = exchange.Send.EventsAsync(scope, Endless(ended)).AsTask();
        Assert.False(response.IsCompleted);
        source.Disconnect();
        await Assert.ThrowsAsync<ClientDisconnectedException>(() => response);
        await ended.Task.WaitAsync(Limit);
    }

    [Fact]
    public async Task HeartbeatThatCannotBeSent_EndsTheSource()
    {
        var exchange = new Exchange(Exchange.Get());
        var ended = new TaskCompletionSource();
        exchange.OnSend = message =>
        {
            if (message is HttpResponseBody { Body.Length: 3 })
            {
                throw new ClientDisconnectedException();
            }
        };
        Task response = exchange.Send.EventsAsync(exchange.Scope, Endless(ended), TimeSpan.FromMilliseconds(5)).AsTask();
        await Assert.ThrowsAsync<ClientDisconnectedException>(() => response);
        await ended.Task.WaitAsync(Limit);
    }

    [Fact]
    public async Task WrongArguments_Throw()
    {
        var exchange = new Exchange(Exchange.Get());
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => exchange.Send.EventsAsync(exchange.Scope, Events(), TimeSpan.Zero).AsTask());
        await Assert.ThrowsAsync<ArgumentNullException>(() => exchange.Send.EventsAsync(exchange.Scope, null!).AsTask());
        Assert.Empty(exchange.Sent);
    }

    private static async IAsyncEnumerable<ServerSentEvent> Events(params ServerSentEvent[] events)
    {
        foreach (ServerSentEvent one in events)
        {
            await Task.Yield();
            yield return one;
        }
    }

    private static async IAsyncEnumerable<ServerSentEvent> Endless(TaskCompletionSource ended, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        try
        {
            yield return new("first");
            await Task.Delay(Timeout.Infinite, cancellation);
        }
        finally
        {
            ended.SetResult();
        }
    }
}
