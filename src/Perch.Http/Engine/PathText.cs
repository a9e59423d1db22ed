using System.Buffers;
using System.Text;

namespace Perch.Http.Engine;

/// <summary>ASGI's <c>path</c>: percent-decoded, as UTF-8. Nothing is normalised: dot segments and <c>%2F</c> are the app's to judge.</summary>
internal static class PathText
{
    internal static readonly ReadOnlyMemory<byte> Slash = "/"u8.ToArray();

    internal static string Decode(ReadOnlySpan<byte> path)
    {
        if (!path.Contains((byte)'%'))
        {
            return Encoding.UTF8.GetString(path);
        }

        byte[] decoded = ArrayPool<byte>.Shared.Rent(path.Length);
        int length = 0;
        for (int i = 0; i < path.Length; i++)
        {
            byte value = path[i];
            if (value == '%' && i + 2 < path.Length && HexOf(path[i + 1]) is >= 0 and int high && HexOf(path[i + 2]) is >= 0 and int low)
            {
                value = (byte)((high << 4) | low);
                i += 2;
            }

            decoded[length++] = value;
        }

        string text = Encoding.UTF8.GetString(decoded.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(decoded);
        return text;
    }

    private static int HexOf(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        _ => -1,
    };
}
