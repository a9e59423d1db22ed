using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Perch.AspNetCore.Http;

/// <summary>
/// The headers of the request that runs now, over the host's strings. Look-ups by name use those; bytes are made of all of them when
/// the first is asked for by its place.
/// </summary>
internal sealed class RequestHeaders(RequestBytes bytes, HeaderEncodings encodings) : HeaderList
{
    private const int NotMade = -1;

    private IHeaderDictionary? _headers;
    private Header[] _fields = [];
    private int _count = NotMade;

    public override int Count
    {
        get
        {
            if (_count == NotMade)
            {
                Make();
            }

            return _count;
        }
    }

    private IHeaderDictionary Current => _headers ?? throw new ObjectDisposedException(
        nameof(HeaderList), "The request of these headers has ended: they belong to the host again. Copy() them to keep them.");

    public override Header this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            return _fields[index];
        }
    }

    /// <summary>The next request begins.</summary>
    internal void Renew(IHeaderDictionary headers)
    {
        _headers = headers;
        _count = NotMade;
    }

    /// <summary>The request has ended: the server fills its dictionary with the next one's headers.</summary>
    internal void End()
    {
        _headers = null;
        _count = NotMade;
    }

    public override string? GetValue(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Current.TryGetValue(name, out StringValues values) && values.Count > 0 ? ToLatin1(name, values[0]) : null;
    }

    public override IReadOnlyList<string> GetValues(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Current.TryGetValue(name, out StringValues values) ? [.. values.Select(value => ToLatin1(name, value))] : [];
    }

    public override bool Contains(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return Current.TryGetValue(name, out StringValues values) && values.Count > 0;
    }

    private string ToLatin1(string name, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return "";
        }

        return Ascii.IsValid(value) || encodings.Of(name) is not { } encoding || encoding == Encoding.Latin1
            ? value
            : Encoding.Latin1.GetString(encoding.GetBytes(value));
    }

    private void Make()
    {
        int count = 0;
        foreach ((string name, StringValues values) in Current)
        {
            // HTTP/2 and HTTP/3: what pseudo fields say stands in the scope (RFC 9113 §8.3).
            if (name.StartsWith(':'))
            {
                continue;
            }

            ReadOnlyMemory<byte> nameBytes = CommonNames.Find(name) ?? AddLowerCase(name);
            for (int i = 0; i < values.Count; i++)
            {
                if (count == _fields.Length)
                {
                    Array.Resize(ref _fields, Math.Max(16, count * 2));
                }

                _fields[count++] = new Header(nameBytes, bytes.Add(values[i], encodings.Of(name)));
            }
        }

        _count = count;
    }

    private ReadOnlyMemory<byte> AddLowerCase(string name)
    {
        Span<char> lower = name.Length <= 128 ? stackalloc char[name.Length] : new char[name.Length];
        name.AsSpan().ToLowerInvariant(lower);
        return bytes.Add(lower, Encoding.ASCII);
    }
}
