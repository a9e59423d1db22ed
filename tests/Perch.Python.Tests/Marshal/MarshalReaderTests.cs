using Perch.Python.Marshal;

namespace Perch.Python.Tests.Marshal;

public class MarshalReaderTests
{
    /// <summary>(1, b'ab', 'cd', [None, 2.5], {'k': 7}, 'cd' again) with references, and the same kind of thing without.</summary>
    private static readonly byte[][] Corpus =
    [
        Convert.FromHexString("a906" + "6901000000" + "f3020000006162" + "fa026364" + "5b020000004e670000000000000440" + "7bfa016b690700000030" + "7202000000"),
        Convert.FromHexString("2803000000" + "6c020000000100ff7f" + "75040000004772c3bc" + "3e010000002801000000" + "49ffffffffffffff7f"),
        Convert.FromHexString("5b03000000" + "6605312e3265337803312e3503322e35" + "79" + "00000000000000000000000000000000"),
    ];

    [Fact]
    public void A_part_of_a_value_is_refused_wherever_it_ends()
    {
        foreach (byte[] value in Corpus)
        {
            Skip(value);
            for (int length = 0; length < value.Length; length++)
            {
                byte[] part = value[..length];
                Assert.Throws<MarshalException>(() => Skip(part));
            }
        }
    }

    [Fact]
    public void Any_change_of_a_byte_is_read_or_refused_and_nothing_else()
    {
        foreach (byte[] value in Corpus)
        {
            for (int i = 0; i < value.Length; i++)
            {
                for (int b = 0; b <= byte.MaxValue; b++)
                {
                    byte[] changed = [.. value];
                    changed[i] = (byte)b;
                    ReadOrRefuse(changed);
                }
            }
        }
    }

    [Fact]
    public void Random_bytes_are_read_or_refused_and_nothing_else()
    {
        var random = new Random(20260);
        byte[] codes = [.. Enum.GetValues<MarshalCode>().Select(code => (byte)code)];
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = new byte[random.Next(1, 40)];
            for (int b = 0; b < bytes.Length; b++)
            {
                // Mostly codes and small numbers, so that values begin and lengths fit.
                bytes[b] = random.Next(4) switch
                {
                    0 => (byte)random.Next(256),
                    1 => (byte)random.Next(4),
                    2 => (byte)(codes[random.Next(codes.Length)] | 0x80),
                    _ => codes[random.Next(codes.Length)],
                };
            }

            ReadOrRefuse(bytes);
        }
    }

    [Fact]
    public void A_sequence_longer_than_its_bytes_is_refused()
    {
        byte[] huge = Convert.FromHexString("28ffffff7f4e4e");
        Assert.Throws<MarshalException>(() => new MarshalReader(huge).ReadSequence());
        Assert.Throws<MarshalException>(() => Skip(huge));
    }

    [Fact]
    public void Nesting_has_a_limit()
    {
        byte[] nested = [.. Enumerable.Repeat<byte[]>([(byte)'(', 1, 0, 0, 0], 100_000).SelectMany(bytes => bytes), (byte)'N'];
        Assert.Throws<MarshalException>(() => Skip(nested));
    }

    [Fact]
    public void An_int_that_is_too_large_is_refused()
    {
        byte[] tooLarge = Convert.FromHexString("6c05000000" + "0000000000000000" + "0800");
        byte[] smallest = Convert.FromHexString("6cfbffffff" + "0000000000000000" + "0800");
        Assert.Throws<MarshalException>(() => new MarshalReader(tooLarge).ReadInt64());
        Assert.Equal(long.MinValue, new MarshalReader(smallest).ReadInt64());
        Assert.Throws<MarshalException>(() => new MarshalReader(smallest).ReadInt32());
    }

    [Fact]
    public void A_value_of_another_type_is_refused()
    {
        byte[] text = Convert.FromHexString("7a0161");
        Assert.Throws<MarshalException>(() => new MarshalReader(text).ReadBytes());
        Assert.Throws<MarshalException>(() => new MarshalReader(text).ReadInt32());
        Assert.Throws<MarshalException>(() => new MarshalReader(text).ReadBoolean());
        Assert.Throws<MarshalException>(() => new MarshalReader(text).ReadSequence());
        Assert.False(new MarshalReader(text).TryReadNone());
        Assert.Equal("a", new MarshalReader(text).ReadText());
    }

    [Fact]
    public void A_code_object_is_refused()
    {
        byte[] code = Convert.FromHexString("e300000000");
        Assert.Throws<MarshalException>(() => Skip(code));
    }

    private static void Skip(byte[] data)
    {
        var reader = new MarshalReader(data);
        reader.Skip();
        Assert.True(reader.IsAtEnd);
    }

    private static void ReadOrRefuse(byte[] data)
    {
        try
        {
            new MarshalReader(data).Skip();
            MarshalText.Of(data);
        }
        catch (MarshalException)
        {
            // Our own error: a worker's fault.
        }
    }
}
