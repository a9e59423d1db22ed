using System.Text;

namespace Perch.AspNetCore.Http;

/// <summary>
/// The bytes of one request's head that the app asks for, one after another in an array that is kept for the next request. An array
/// that has become too small is left to those who have memory of it.
/// </summary>
internal sealed class RequestBytes
{
    private byte[] _bytes = [];
    private int _used;

    /// <summary>The next request begins.</summary>
    internal void Clear() => _used = 0;

    internal ReadOnlyMemory<byte> Add(ReadOnlySpan<char> text, Encoding encoding)
    {
        int count = encoding.GetByteCount(text);
        if (count == 0)
        {
            return default;
        }

        if (_bytes.Length - _used < count)
        {
            _bytes = new byte[Math.Max(512, Math.Max(_bytes.Length * 2, count))];
            _used = 0;
        }

        Memory<byte> place = _bytes.AsMemory(_used, count);
        encoding.GetBytes(text, place.Span);
        _used += count;
        return place;
    }
}
