using System.Text;
using Perch.Tests.Support;

namespace Perch.Tests.Requests;

public sealed class ReceiveExtensionsTests
{
    [Theory]
    [InlineData]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("he", "l", "", "lo")]
    [InlineData("", "")]
    public async Task Body_IsReadWhole(params string[] parts)
    {
        Assert.Equal(string.Concat(parts), Encoding.UTF8.GetString(await Parts(parts).ReadBodyAsync()));
        Assert.Equal(string.Concat(parts), await Parts(parts).ReadTextAsync());
    }

    [Fact]
    public async Task LargeBodyInManyParts_IsReadWhole()
    {
        byte[] all = new byte[300_000];
        new Random(7).NextBytes(all);
        foreach (int size in (int[])[1000, 16_384, 70_001])
        {
            GatewayEvent[] events = [.. all.Chunk(size).Select(part => new HttpRequestBody(part, moreBody: true)), HttpRequestBody.Empty];
            Assert.Equal(all, await new Exchange(new HttpScope(), events).Receive.ReadBodyAsync());
        }
    }

    [Fact]
    public async Task Body_IsCopied()
    {
        byte[] memory = "old"u8.ToArray();
        byte[] body = await new Exchange(new HttpScope(), new HttpRequestBody(memory)).Receive.ReadBodyAsync();
        "new"u8.CopyTo(memory);
        Assert.Equal("old"u8.ToArray(), body);
    }

    [Theory]
    [InlineData(5, false, "hello")]
    [InlineData(4, true, "hello")]
    [InlineData(5, false, "he", "llo")]
    [InlineData(4, true, "he", "llo")]
    [InlineData(0, true, "h")]
    [InlineData(0, false, "")]
    public async Task BodyOverTheLimit_IsRejectedWith413(long limit, bool rejected, params string[] parts)
    {
        if (!rejected)
        {
            Assert.Equal(limit, (await Parts(parts).ReadBodyAsync(limit)).Length);
            return;
        }

        var exception = await Assert.ThrowsAsync<RequestRejectedException>(() => Parts(parts).ReadBodyAsync(limit).AsTask());
        Assert.Equal(413, exception.StatusCode);
    }

    [Fact]
    public async Task LimitIsReached_BeforeTheRestIsReceived()
    {
        int received = 0;
        Receive receive = () =>
        {
            received++;
            return new(new HttpRequestBody(new byte[10], moreBody: true));
        };
        await Assert.ThrowsAsync<RequestRejectedException>(() => receive.ReadBodyAsync(25).AsTask());
        Assert.Equal(3, received);
    }

    [Fact]
    public async Task ClientThatLeaves_IsAnException()
    {
        Exchange Cut() => new(new HttpScope(), new HttpRequestBody("a"u8.ToArray(), moreBody: true));
        await Assert.ThrowsAsync<ClientDisconnectedException>(() => Cut().Receive.ReadBodyAsync().AsTask());
        await Assert.ThrowsAsync<ClientDisconnectedException>(() => Cut().Receive.ReadTextAsync().AsTask());
        await Assert.ThrowsAsync<ClientDisconnectedException>(() => Cut().Receive.ReadFormAsync().AsTask());
        await Assert.ThrowsAsync<ClientDisconnectedException>(() => Cut().Receive.ReadJsonAsync(TestJson.Default.Point).AsTask());
        await Assert.ThrowsAsync<ClientDisconnectedException>(async () =>
        {
            await foreach (ReadOnlyMemory<byte> chunk in Cut().Receive.ReadChunksAsync())
            {
                Assert.Equal("a"u8.ToArray(), chunk.ToArray());
            }
        });
    }

    [Fact]
    public async Task EventOfAnotherScope_IsTheAppsFault()
    {
        Receive receive = () => new(WebSocketConnect.Instance);
        await Assert.ThrowsAsync<GatewayProtocolException>(() => receive.ReadBodyAsync().AsTask());
    }

    [Fact]
    public async Task WrongArguments_Throw()
    {
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Parts("a").ReadBodyAsync(-1).AsTask());
        await Assert.ThrowsAsync<ArgumentNullException>(() => ((Receive)null!).ReadBodyAsync().AsTask());
        await Assert.ThrowsAsync<ArgumentNullException>(() => Parts("a").ReadJsonAsync<Point>(null!).AsTask());
        Assert.Throws<ArgumentNullException>(() => ((Receive)null!).ReadChunksAsync());
    }

    [Fact]
    public async Task Cancellation_EndsTheWait()
    {
        using var cancellation = new CancellationTokenSource();
        var never = new TaskCompletionSource<GatewayEvent>();
        Receive receive = () => new(never.Task);
        Task read = receive.ReadBodyAsync(cancellationToken: cancellation.Token).AsTask();
        Assert.False(read.IsCompleted);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Parts("a").ReadBodyAsync(cancellationToken: cancellation.Token).AsTask());
    }

    [Fact]
    public async Task Text_IsStrictUtf8_WithoutItsMark()
    {
        Assert.Equal("\u017C", await Bytes(0xEF, 0xBB, 0xBF, 0xC5, 0xBC).ReadTextAsync());
        var exception = await Assert.ThrowsAsync<RequestRejectedException>(() => Bytes(0xC5).ReadTextAsync().AsTask());
        Assert.Equal(400, exception.StatusCode);
        Assert.Equal("\u00C5", await Bytes(0xC5).ReadTextAsync(Encoding.Latin1));
    }

    [Theory]
    [InlineData("{\"X\":1,\"Y\":2}")]
    [InlineData("\uFEFF{\"X\":1,", "\"Y\":2}")]
    public async Task Json_IsRead(params string[] parts) => Assert.Equal(new Point(1, 2), await Parts(parts).ReadJsonAsync(TestJson.Default.Point));

    [Fact]
    public async Task JsonNull_IsNull() => Assert.Null(await Parts("null").ReadJsonAsync(TestJson.Default.Point));

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{\"X\":\"one\"}")]
    [InlineData("{\"X\":1} x")]
    [InlineData("[]")]
    public async Task BadJson_IsRejectedWith400(string text)
    {
        var exception = await Assert.ThrowsAsync<RequestRejectedException>(() => Parts(text).ReadJsonAsync(TestJson.Default.Point).AsTask());
        Assert.Equal(400, exception.StatusCode);
        Assert.DoesNotContain("Point", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Form_IsDecoded()
    {
        QueryParameters form = await Parts("a=1+2&b=%C5", "%BC").ReadFormAsync();
        Assert.Equal(("1 2", "\u017C"), (form.GetValue("a"), form.GetValue("b")));
    }

    [Fact]
    public async Task Chunks_ComeAsTheyAre_WithoutEmptyOnes()
    {
        var chunks = new List<string>();
        await foreach (ReadOnlyMemory<byte> chunk in Parts("a", "", "bc", "").ReadChunksAsync())
        {
            chunks.Add(Encoding.UTF8.GetString(chunk.Span));
        }

        Assert.Equal(["a", "bc"], chunks);
    }

    [Fact]
    public async Task Chunks_WorkOverAnEventThatTheHostRenews()
    {
        var reused = new HttpRequestBody(default, moreBody: true);
        int part = 0;
        Receive receive = () =>
        {
            part++;
            reused.Renew(new[] { (byte)part }, moreBody: part < 3);
            return new(reused);
        };
        var bytes = new List<byte>();
        await foreach (ReadOnlyMemory<byte> chunk in receive.ReadChunksAsync())
        {
            bytes.AddRange(chunk.ToArray());
        }

        Assert.Equal([1, 2, 3], bytes);
        part = 0;
        Assert.Equal([1, 2, 3], await receive.ReadBodyAsync());
    }

    private static Receive Bytes(params byte[] bytes) => new Exchange(new HttpScope(), new HttpRequestBody(bytes)).Receive;

    private static Receive Parts(params string[] parts) => new Exchange(
        new HttpScope(),
        parts.Length == 0
            ? [HttpRequestBody.Empty]
            : parts.Select((part, i) => new HttpRequestBody(Encoding.UTF8.GetBytes(part), moreBody: i < parts.Length - 1))).Receive;
}
