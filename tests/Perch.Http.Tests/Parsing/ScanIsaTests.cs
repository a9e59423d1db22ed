using System.Numerics;
using Perch.Http.Parsing.Scanning;

namespace Perch.Http.Tests.Parsing;

public class ScanIsaTests
{
    // RFC 9110 5.6.2, RFC 3986 2: the vector tables against the classes, for each byte at each place.
    [Fact]
    public void Masks_AreThoseOfTheClasses()
    {
        var block = new byte[IScanIsa.BlockLength];
        for (var value = 0; value < 256; value++)
        {
            for (var at = 0; at < block.Length; at++)
            {
                Array.Fill(block, (byte)'a');
                block[at] = (byte)value;
                var expected = Masks<ScalarIsa>(block);
                if (Isa128.IsSupported) Assert.Equal(expected, Masks<Isa128>(block));
                if (Isa256.IsSupported) Assert.Equal(expected, Masks<Isa256>(block));
                if (Isa512.IsSupported) Assert.Equal(expected, Masks<Isa512>(block));
            }
        }
    }

    private static (ulong, ulong, ulong, int, ulong, int) Masks<TIsa>(byte[] block) where TIsa : struct, IScanIsa
    {
        TIsa.Lines(block, out var carriageReturns, out var lineFeeds, out var controls);
        var notTarget = TIsa.NotTarget(block);

        // Of the masks of the name and of the host only the first bit has a meaning.
        var name = BitOperations.TrailingZeroCount(TIsa.NotToken(block));
        var host = BitOperations.TrailingZeroCount(TIsa.NotHost(block));
        return (carriageReturns, lineFeeds, controls, name, notTarget, host);
    }
}
