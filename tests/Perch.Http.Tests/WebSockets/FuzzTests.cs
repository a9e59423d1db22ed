using System.Buffers.Binary;
using System.Text;
using Perch.Http.Tests.Connections;
using Perch.Http.Tests.Parsing;
using Perch.Http.WebSockets.Compression;
using Perch.Http.WebSockets.Framing;

namespace Perch.Http.Tests.WebSockets;

/// <summary>
/// Whatever a client sends is received, or the client is told by a close code what is wrong: no exception, no hang, no growth. The seeds are
/// fixed; PERCH_FUZZ_ITERATIONS makes the runs longer.
/// </summary>
public sealed class FuzzTests
{
    private const long Limit = 4000;

    private static readonly DeflateAgreement?[] Agreements = [null, new(false, false, 15), new(true, true, 15), new(false, true, 9)];

    [Fact]
    public void RandomFrames_AreReadTheSameAtEverySplit()
    {
        var random = new Random(11);
        for (int i = 0; i < Fuzz.Iterations / 10; i++)
        {
            DeflateAgreement? deflate = Agreements[random.Next(Agreements.Length)];
            byte[] bytes = new RandomFrames(random, deflate).Next();
            string whole = Read(_ => bytes.Length);
            Assert.Equal(whole, Read(_ => random.Next(1, 200)));
            Assert.Equal(whole, Read(_ => 1));

            // Of what is neither, either may be found.
            string Read(Func<int, int> step) => MessageRun.Read(bytes, step, deflate, Limit).Replace("!InvalidDeflate", "!InvalidUtf8", StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task RandomFrames_AreAcceptedOrClosedWithACode()
    {
        var random = new Random(12);
        for (int i = 0; i < Fuzz.Iterations / 10; i++)
        {
            DeflateAgreement? deflate = Agreements[random.Next(Agreements.Length)];
            var run = new SessionRun(
                random.Next(3) == 0 ? null : SessionRun.EchoAsync,
                new() { MaxMessageSize = Limit, DeflateThreshold = random.Next(2000), MaxQueue = random.Next(1, 5) },
                deflate);
            byte[] bytes = new RandomFrames(random, deflate).Next();
            for (int start = 0; start < bytes.Length;)
            {
                int length = Math.Min(random.Next(1, 2000), bytes.Length - start);
                run.Client.Send(bytes.AsSpan(start, length));
                start += length;
            }

            if (random.Next(4) == 0)
            {
                run.Client.Reset();
            }
            else
            {
                run.Client.End();
            }

            await run.Session.Ended.Within($"the end of session {i}");
            string answer = await run.Client.ReadToEndAsync();
            AssertFrames(Encoding.Latin1.GetBytes(answer));
            await run.AssertNothingIsLeftAsync();
            Assert.InRange(run.Arrays.MostBytes, 0, 30_000);
        }
    }

    /// <summary>RFC 6455 §5: whole frames of a server's, and nothing after a close frame, whose code may be sent.</summary>
    private static void AssertFrames(ReadOnlySpan<byte> frames)
    {
        bool isClosed = false;
        while (!frames.IsEmpty)
        {
            Assert.False(isClosed, "A frame follows a close frame.");
            int opcode = frames[0] & 0x0F;
            Assert.Contains(opcode, new[] { 1, 2, 8, 9, 10 });
            Assert.True((frames[0] & 0xB0) == 0x80 && frames[1] <= 127, "A frame is a fragment, has a reserved bit, or is masked.");
            int header = frames[1] == 126 ? 4 : 2;
            int length = header == 4 ? BinaryPrimitives.ReadUInt16BigEndian(frames[2..]) : frames[1];
            ReadOnlySpan<byte> payload = frames.Slice(header, length);
            isClosed = opcode == 8;
            if (isClosed)
            {
                Assert.Equal(WebSocketFault.None, ClosePayload.Read(payload, out _, out _));
            }

            frames = frames[(header + length)..];
        }
    }
}
