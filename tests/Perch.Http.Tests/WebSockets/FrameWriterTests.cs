using Perch.Http.WebSockets.Framing;

namespace Perch.Http.Tests.WebSockets;

public sealed class FrameWriterTests
{
    // RFC 6455 §5.1, §5.2: not masked, and in the shortest form.
    [Theory]
    [InlineData(0, "8200")]
    [InlineData(125, "827D")]
    [InlineData(126, "827E007E")]
    [InlineData(65535, "827EFFFF")]
    [InlineData(65536, "827F0000000000010000")]
    [InlineData(int.MaxValue, "827F000000007FFFFFFF")]
    public void Header_IsTheShortest(int payload, string header)
    {
        byte[] bytes = new byte[FrameWriter.MaxHeaderLength];
        int length = FrameWriter.WriteHeader(bytes, Opcode.Binary, isCompressed: false, payload);
        Assert.Equal(header, Convert.ToHexString(bytes, 0, length));
    }

    [Theory]
    [InlineData(Opcode.Text, true, "C105")]
    [InlineData(Opcode.Text, false, "8105")]
    [InlineData(Opcode.Close, false, "8805")]
    [InlineData(Opcode.Pong, false, "8A05")]
    internal void FirstByte_SaysWhatItIs(Opcode opcode, bool isCompressed, string header)
    {
        byte[] bytes = new byte[FrameWriter.MaxHeaderLength];
        int length = FrameWriter.WriteHeader(bytes, opcode, isCompressed, 5);
        Assert.Equal(header, Convert.ToHexString(bytes, 0, length));
    }
}
