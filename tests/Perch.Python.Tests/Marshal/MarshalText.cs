using System.Globalization;
using System.Text;
using Perch.Python.Marshal;

namespace Perch.Python.Tests.Marshal;

/// <summary>Reads any value and writes it as Python's repr would, as far as the tests go.</summary>
internal static class MarshalText
{
    internal static string Of(ReadOnlySpan<byte> data)
    {
        var reader = new MarshalReader(data);
        var text = new StringBuilder();
        Append(ref reader, text);
        return reader.IsAtEnd ? text.ToString() : throw new MarshalException("There is more than a value.");
    }

    private static void Append(ref MarshalReader reader, StringBuilder text)
    {
        switch (reader.Peek())
        {
            case MarshalCode.None:
                reader.TryReadNone();
                text.Append("None");
                break;
            case MarshalCode.True or MarshalCode.False:
                text.Append(reader.ReadBoolean());
                break;
            case MarshalCode.Int32 or MarshalCode.Int64 or MarshalCode.Long:
                text.Append(reader.ReadInt64());
                break;
            case MarshalCode.Float or MarshalCode.FloatText:
                text.Append(reader.ReadFloat().ToString("R", CultureInfo.InvariantCulture));
                break;
            case MarshalCode.Bytes:
                text.Append(CultureInfo.InvariantCulture, $"b{Convert.ToHexStringLower(reader.ReadBytes())}");
                break;
            case MarshalCode.Text or MarshalCode.Interned or MarshalCode.Ascii or MarshalCode.AsciiInterned or MarshalCode.ShortAscii or MarshalCode.ShortAsciiInterned:
                text.Append(CultureInfo.InvariantCulture, $"u{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(reader.ReadText()))}");
                break;
            case MarshalCode.Tuple or MarshalCode.SmallTuple or MarshalCode.List or MarshalCode.Set or MarshalCode.FrozenSet:
                int count = reader.ReadSequence();
                text.Append('(');
                for (int i = 0; i < count; i++)
                {
                    Append(ref reader, text);
                    text.Append(',');
                }

                text.Append(')');
                break;
            default:
                reader.Skip();
                text.Append("skipped");
                break;
        }
    }
}
