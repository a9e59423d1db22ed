using Perch.Http.WebSockets.Compression;
using Perch.Http.WebSockets.Framing;

namespace Perch.Http.Tests.WebSockets;

/// <summary>Frames that nobody thought of: mostly right, so that what is wrong comes in every state.</summary>
internal sealed class RandomFrames(Random random, DeflateAgreement? deflate)
{
    private static readonly byte[] TextPieces = [0x41, 0x42, 0x80, 0xC3, 0xA9, 0xE2, 0x98, 0x83, 0xF0, 0x9F, 0x98, 0x80, 0xFF];

    internal byte[] Next()
    {
        using Deflater? deflater = deflate is null ? null : new Deflater(deflate, level: 1, new CountedArrays());
        byte[] bytes = [.. Enumerable.Range(0, random.Next(1, 8)).SelectMany(_ => Message(deflater))];
        return random.Next(3) == 0 ? Mutate(bytes) : bytes;
    }

    private IEnumerable<byte> Message(Deflater? deflater)
    {
        switch (random.Next(12))
        {
            case 0:
                return Frames.Client(Opcode.Ping, Bytes(random.Next(126)));
            case 1:
                return Frames.Client(Opcode.Pong, Bytes(random.Next(10)));
            case 2 when random.Next(4) == 0:
                return Frames.Close(random.Next(3) == 0 ? random.Next(6000) : 1000, "bye");
            case 3 when random.Next(4) == 0:
                return Frames.Client((byte)random.Next(256), Bytes(random.Next(200)));
        }

        bool isText = random.Next(2) == 0;
        byte[] payload = isText && random.Next(8) == 0 ? Text(random.Next(30)) : new byte[random.Next(3) == 0 ? random.Next(3000) : random.Next(130)];
        byte first = (byte)(isText ? Opcode.Text : Opcode.Binary);
        if (deflater is not null && payload.Length > 0 && random.Next(2) == 0)
        {
            payload = deflater.Compress(payload).ToArray();
            deflater.Release();
            first |= Frames.Compressed;
        }

        return Fragments(first, payload);
    }

    private List<byte> Fragments(byte first, byte[] payload)
    {
        var frames = new List<byte>();
        for (int count = random.Next(4); count > 0; count--)
        {
            int cut = random.Next(payload.Length + 1);
            frames.AddRange(Frames.Client(first, payload.AsSpan(0, cut)));
            payload = payload[cut..];
            first = (byte)Opcode.Continuation;
            if (random.Next(4) == 0)
            {
                frames.AddRange(Frames.Client(Opcode.Ping, Bytes(random.Next(5))));
            }
        }

        frames.AddRange(Frames.Client((byte)(Frames.Final | first), payload));
        return frames;
    }

    private byte[] Mutate(byte[] bytes)
    {
        List<byte> changed = [.. bytes];
        for (int changes = random.Next(1, 4); changes > 0 && changed.Count > 0; changes--)
        {
            int at = random.Next(changed.Count);
            switch (random.Next(3))
            {
                case 0:
                    changed[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    changed.RemoveRange(at, Math.Min(random.Next(1, 9), changed.Count - at));
                    break;
                default:
                    changed.InsertRange(at, Bytes(random.Next(1, 20)));
                    break;
            }
        }

        return [.. changed];
    }

    private byte[] Text(int length) => [.. Enumerable.Range(0, length).Select(_ => TextPieces[random.Next(TextPieces.Length)])];

    private byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }
}
