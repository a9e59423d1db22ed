using System.Text;

namespace Perch.Testing.Http;

/// <summary>A path as it is on the wire, decoded as ASGI's <c>path</c> is.</summary>
internal static class PercentDecoding
{
    /// <summary>RFC 3986 §2.1. A percent sign that no two hex digits follow stands for itself; what is not UTF-8 becomes U+FFFD.</summary>
    internal static string Decode(ReadOnlySpan<byte> path)
    {
        byte[] decoded = new byte[path.Length];
        int length = 0;
        for (int i = 0; i < path.Length; i++)
        {
            if (path[i] == '%' && i + 2 < path.Length && char.IsAsciiHexDigit((char)path[i + 1]) && char.IsAsciiHexDigit((char)path[i + 2]))
            {
                decoded[length++] = Convert.FromHexString([(char)path[i + 1], (char)path[i + 2]])[0];
                i += 2;
            }
            else
            {
                decoded[length++] = path[i];
            }
        }

        return Encoding.UTF8.GetString(decoded, 0, length);
    }
}
