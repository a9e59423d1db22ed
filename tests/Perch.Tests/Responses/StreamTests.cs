using System.Runtime.CompilerServices;
using Perch.Tests.Support;

namespace Perch.Tests.Responses;

public sealed class StreamTests
{
    [Fact]
    public async Task Chunks_AreSentOneByOne()
    {
        var exchange = new Exchange(Exchange.Get());
        await exchange.Send.StreamAsync(exchange.Scope, Chunks("a", "", "bc"), "text/plain");
        Assert.True(exchange.IsComplete);
        Assert.Equal(["http.response.start", "http.response.body", "http.response.body", "http.response.body"], exchange.Sent.Select(one => one.Type));
        Assert.Equal(("abc", "text/plain", null), (exchange.Text, exchange.Header("content-type"), exchange.Header("content-length")));
    }

    [Fact]
    public async Task NoChunks_AreAnEmptyBody()
    {
        var exchange = new Exchange(Exchange.Get());
        await exchange.Send.StreamAsync(exchange.Scope, Chunks());
        Assert.True(exchange.IsComplete);
        Assert.Empty(exchange.Body);
    }

    [Fact]
    public async Task Head_DoesNotAskForChunks()
    {
        var exchange = new Exchange(Exchange.Get(method: "HEAD"));
        await exchange.Send.StreamAsync(exchange.Scope, Failing(0));
        Assert.True(exchange.IsComplete);
        Assert.Null(exchange.Header("content-length"));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public async Task SourceThatFails_LeavesTheResponseUnstartedOrUnended(int chunksBefore, bool started)
    {
        var exchange = new Exchange(Exchange.Get());
        await Assert.ThrowsAsync<InvalidOperationException>(() => exchange.Send.StreamAsync(exchange.Scope, Failing(chunksBefore)).AsTask());
        Assert.Equal(started, exchange.Sent.Count > 0);
        Assert.False(exchange.IsComplete);
    }

    [Fact]
    public async Task ClientThatLeaves_EndsTheSource()
    {
        var source = new TestSource();
        var scope = new HttpScope(source);
        var exchange = new Exchange(scope);
        Task response = exchange.Send.StreamAsync(scope, Endless()).AsTask();
        Assert.False(response.IsCompleted);
        source.Disconnect();
        await Assert.ThrowsAsync<ClientDisconnectedException>(() => response);
    }

    [Fact]
    public async Task Cancellation_EndsTheResponse()
    {
        using var cancellation = new CancellationTokenSource();
        var exchange = new Exchange(Exchange.Get());
        Task response = exchange.Send.StreamAsync(exchange.Scope, Endless(), cancellationToken: cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => response);
        Assert.False(exchange.IsComplete);
    }

    [Fact]
    public async Task SeekableStream_DeclaresWhatIsLeftOfIt()
    {
        byte[] all = new byte[200_000];
        new Random(3).NextBytes(all);
        using var stream = new MemoryStream(all) { Position = 1000 };
        var exchange = new Exchange(Exchange.Get());
        await exchange.Send.StreamAsync(exchange.Scope, stream);
        Assert.Equal("199000", exchange.Header("content-length"));
        Assert.Equal(all[1000..], exchange.Body);
        Assert.True(stream.CanRead);

        stream.Position = 0;
        exchange = new Exchange(Exchange.Get(method: "HEAD"));
        await exchange.Send.StreamAsync(exchange.Scope, stream);
        Assert.Equal(("200000", 0L), (exchange.Header("content-length"), stream.Position));
    }

    [Fact]
    public async Task StreamThatCannotSeek_IsSentToItsEnd()
    {
        using var packed = new MemoryStream();
        using (var packer = new System.IO.Compression.DeflateStream(packed, System.IO.Compression.CompressionMode.Compress, leaveOpen: true))
        {
            packer.Write("hello"u8);
        }

        packed.Position = 0;
        using var unpacked = new System.IO.Compression.DeflateStream(packed, System.IO.Compression.CompressionMode.Decompress);
        var exchange = new Exchange(Exchange.Get());
        await exchange.Send.StreamAsync(exchange.Scope, unpacked);
        Assert.Equal(("hello", null), (exchange.Text, exchange.Header("content-length")));
    }

    [Fact]
    public async Task WrongArguments_Throw()
    {
        var exchange = new Exchange(Exchange.Get());
        await Assert.ThrowsAsync<ArgumentNullException>(() => exchange.Send.StreamAsync(null!, Chunks()).AsTask());
        await Assert.ThrowsAsync<ArgumentNullException>(() => exchange.Send.StreamAsync(exchange.Scope, (Stream)null!).AsTask());
        await Assert.ThrowsAsync<ArgumentNullException>(() => exchange.Send.StreamAsync(exchange.Scope, (IAsyncEnumerable<ReadOnlyMemory<byte>>)null!).AsTask());
        Assert.Empty(exchange.Sent);
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Chunks(params string[] chunks)
    {
        foreach (string chunk in chunks)
        {
            await Task.Yield();
            yield return System.Text.Encoding.UTF8.GetBytes(chunk);
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Failing(int chunksBefore)
    {
        for (int i = 0; i < chunksBefore; i++)
        {
            await Task.Yield();
            yield return new byte[1];
        }

        throw new InvalidOperationException("The source fails.");
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Endless([EnumeratorCancellation] CancellationToken cancellation = default)
    {
        yield return new byte[1];
        await Task.Delay(Timeout.Infinite, cancellation);
    }
}
