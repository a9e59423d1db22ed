using System.Buffers;
using System.Text;

namespace Perch;

/// <summary>Decodes names and values of application/x-www-form-urlencoded (WHATWG URL §5.1).</summary>
internal static class UrlDecoding
{
    private static readonly SearchValues<byte> Special = SearchValues.Create("%+"u8);

    internal static string Decode(ReadOnlySpan<byte> encoded)
    {
        if (encoded.IndexOfAny(Special) < 0)
        {
            return Encoding.UTF8.GetString(encoded);
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(encoded.Length);
        int length = 0;
        for (int i = 0; i < encoded.Length; i++)
        {
            byte b = encoded[i];
            if (b == '+')
            {
                b = (byte)' ';
            }
            else if (b == '%' && i + 2 < encoded.Length && char.IsAsciiHexDigit((char)encoded[i + 1]) && char.IsAsciiHexDigit((char)encoded[i + 2]))
            {
                b = (byte)((Digit(encoded[i + 1]) << 4) | Digit(encoded[i + 2]));
                i += 2;
            }

            rented[length++] = b;
        }

        string decoded = Encoding.UTF8.GetString(rented, 0, length);
        ArrayPool<byte>.Shared.Return(rented);
        return decoded;
    }

    private static int Digit(byte b) => b <= '9' ? b - '0' : (b | 0x20) - 'a' + 10;
}
