using System.Text;
using Perch.Benchmarks.Load;

namespace Perch.Benchmarks.Tests.Load;

public sealed class RequestTapeTests
{
    [Fact]
    public void ABatch_IsOnePieceWhereverItBegins()
    {
        var tape = new RequestTape([Bytes("one,"), Bytes("2,"), Bytes("three,")], depth: 4);

        Assert.Equal(3, tape.Count);
        Assert.Equal("one,2,three,one,", Text(tape.Batch(0, 4)));
        Assert.Equal("three,one,2,three,", Text(tape.Batch(2, 4)));
        Assert.Equal("2,", Text(tape.Batch(1, 1)));
    }

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.ASCII.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.ASCII.GetString(bytes.Span);
}
