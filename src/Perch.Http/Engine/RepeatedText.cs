namespace Perch.Http.Engine;

/// <summary>The text of some bytes, kept until other bytes come: clients of a connection mostly ask for the same.</summary>
internal struct RepeatedText
{
    private byte[]? _bytes;
    private int _length;
    private string? _text;

    internal delegate string Decoder(ReadOnlySpan<byte> bytes);

    internal string Of(ReadOnlySpan<byte> bytes, Decoder decode)
    {
        if (_text is not null && bytes.SequenceEqual(_bytes.AsSpan(0, _length)))
        {
            return _text;
        }

        if (_bytes is null || _bytes.Length < bytes.Length)
        {
            _bytes = new byte[bytes.Length];
        }

        bytes.CopyTo(_bytes);
        _length = bytes.Length;
        return _text = decode(bytes);
    }
}
