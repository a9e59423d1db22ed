using System.Buffers.Text;

namespace Perch.Http.Engine;

/// <summary>Writes pieces one after another into memory that is known to be large enough.</summary>
internal ref struct SpanWriter(Span<byte> span)
{
    private readonly Span<byte> _span = span;

    internal int Written { get; private set; }

    internal void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_span[Written..]);
        Written += bytes.Length;
    }

    internal void Write(long number, char format = 'D')
    {
        Utf8Formatter.TryFormat(number, _span[Written..], out int digits, format);
        Written += digits;
    }
}
