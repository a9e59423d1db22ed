using System.Text.Unicode;

namespace Perch.Http.WebSockets.Framing;

/// <summary>
/// RFC 6455 §8.1: judges UTF-8 as it comes. What no continuation can make valid is refused by the byte that shows it, wherever the input
/// is cut (RFC 3629 §4 for the ranges).
/// </summary>
internal struct Utf8Validator
{
    // Of a character that the last input ended in: the bytes that it lacks, and what the next of them may be.
    private byte _missing;
    private byte _low;
    private byte _high;

    /// <summary>Whether the text may end here.</summary>
    internal readonly bool IsComplete => _missing == 0;

    /// <summary>Judges more of the text. False, and of no further use, if it cannot become valid.</summary>
    internal bool Append(ReadOnlySpan<byte> text)
    {
        int start = 0;
        while (_missing != 0 && start < text.Length)
        {
            if (!Continue(text[start++]))
            {
                return false;
            }
        }

        // Whole characters at full speed; the one that may be cut at the end, byte by byte.
        int end = text.Length - CutLength(text[start..]);
        if (!Utf8.IsValid(text[start..end]))
        {
            return false;
        }

        for (int i = end; i < text.Length; i++)
        {
            if (!(_missing == 0 ? Begin(text[i]) : Continue(text[i])))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>How many bytes at the end begin a character and do not end it.</summary>
    private static int CutLength(ReadOnlySpan<byte> text)
    {
        for (int length = 1; length <= Math.Min(3, text.Length); length++)
        {
            byte value = text[^length];
            if (value < 0x80)
            {
                return 0;
            }

            if (value >= 0xC0)
            {
                int whole = value < 0xE0 ? 2 : value < 0xF0 ? 3 : 4;
                return length < whole ? length : 0;
            }
        }

        return 0;
    }

    private bool Begin(byte value)
    {
        (_missing, _low, _high) = value switch
        {
            >= 0xC2 and <= 0xDF => ((byte)1, (byte)0x80, (byte)0xBF),
            0xE0 => ((byte)2, (byte)0xA0, (byte)0xBF),
            0xED => ((byte)2, (byte)0x80, (byte)0x9F),
            >= 0xE1 and <= 0xEF => ((byte)2, (byte)0x80, (byte)0xBF),
            0xF0 => ((byte)3, (byte)0x90, (byte)0xBF),
            >= 0xF1 and <= 0xF3 => ((byte)3, (byte)0x80, (byte)0xBF),
            0xF4 => ((byte)3, (byte)0x80, (byte)0x8F),
            _ => default,
        };
        return _missing != 0;
    }

    private bool Continue(byte value)
    {
        if (value < _low || value > _high)
        {
            return false;
        }

        _missing--;
        _low = 0x80;
        _high = 0xBF;
        return true;
    }
}
