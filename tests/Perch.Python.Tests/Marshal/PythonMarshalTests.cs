using System.Globalization;
using Perch.Python.Marshal;
using Perch.Python.Tests.Support;

namespace Perch.Python.Tests.Marshal;

/// <summary>Our marshal and that of every Python of this machine.</summary>
public class PythonMarshalTests
{
    /// <summary>Values of every type, each more than once, so that the later versions refer to them.</summary>
    private const string Values = """
        values = [None, True, False, 0, 1, -1, 2**31-1, -2**31, 2**31, -2**31-1, 2**62+12345, 2**63-1, -2**63, -7*2**40,
                  0.0, 1.5, -2.25, 1e300, b'', b'a', bytes(range(256)) * 3, '', 'a', 'ascii ' * 60, 'Grüße', '\U0001F40D', 'x' * 255, 'x' * 256,
                  (), (1,), tuple(range(300)), [], [1, [2, (3, 'deep')]], set(), frozenset(['one'])]
        values.append(list(v for v in values if not isinstance(v, (tuple, list, set, frozenset))))
        """;

    private const string Repr = """
        def show(v):
            if isinstance(v, (bytes, bytearray)): return 'b' + v.hex()
            if isinstance(v, str): return 'u' + v.encode().hex()
            if isinstance(v, (tuple, list, set, frozenset)): return '(' + ''.join(show(i) + ',' for i in v) + ')'
            if isinstance(v, float) and v == int(v) and abs(v) < 1e15: return str(int(v))
            if isinstance(v, float): return repr(v).upper()
            return repr(v)
        """;

    [PythonFact]
    public void Every_type_of_every_version_is_read_as_Python_wrote_it()
    {
        foreach (string python in PythonInterpreters.All)
        {
            string output = PythonInterpreters.Run(python, Values + "\n" + Repr + """

                import marshal
                for version in range(marshal.version + 1):
                    for value in values:
                        print(version, marshal.dumps(value, version).hex(), show(value))
                """);
            foreach (string line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                string[] parts = line.Split(' ');
                string read = MarshalText.Of(Convert.FromHexString(parts[1]));
                Assert.True(parts[2] == read, $"{python}, version {parts[0]}: {parts[1]} is {parts[2]}, not {read}");
            }
        }
    }

    [PythonFact]
    public void What_no_message_has_is_read_over()
    {
        foreach (string python in PythonInterpreters.All)
        {
            string output = PythonInterpreters.Run(python, """
                import marshal
                text = 'again'
                shared = (text, 'x')
                values = [1 + 2j, 2**100, -2**100, ..., StopIteration, {'a': 1, text: {b'b': text}}, {}, [shared, shared]]
                if marshal.version >= 5: values.append(slice(1, 2, None))
                for version in range(marshal.version + 1):
                    for value in values:
                        if version < 5 and isinstance(value, slice): continue
                        print(marshal.dumps((value, 42), version).hex())
                """);
            foreach (string line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                var reader = new MarshalReader(Convert.FromHexString(line));
                Assert.Equal(2, reader.ReadSequence());
                reader.Skip();
                Assert.Equal(42, reader.ReadInt32());
                Assert.True(reader.IsAtEnd);
            }
        }
    }

    [PythonFact]
    public void Every_Python_reads_what_is_written()
    {
        using var buffer = new ByteBuffer();
        var writer = new MarshalWriter(buffer);
        writer.WriteTuple(16);
        writer.WriteNone();
        writer.WriteBoolean(true);
        writer.WriteBoolean(false);
        writer.WriteInt32(int.MinValue);
        writer.WriteBytes([0, 255, 13]);
        writer.WriteText("Grüße \U0001F40D");
        writer.WriteUtf8("plain"u8);
        writer.WriteText("half \uD83D");
        writer.WriteList(1);
        writer.WriteOptionalText(null);
        writer.WriteInt64(1L << 40);
        writer.WriteInt64(-(1L << 31) - 1);
        writer.WriteInt64(long.MaxValue);
        writer.WriteInt64(long.MinValue);
        writer.WriteFloat(-2.5);
        writer.WriteText(new string('a', 256));
        writer.BeginDict();
        writer.WriteText("");
        writer.WriteNone();
        writer.EndDict();
        string written = Convert.ToHexString(buffer.Written.Span);
        foreach (string python in PythonInterpreters.All)
        {
            string read = PythonInterpreters.Run(python, "import marshal, sys; print(ascii(marshal.loads(bytes.fromhex(sys.argv[1]))))", written);
            Assert.Equal(
                $@"(None, True, False, {int.MinValue.ToString(CultureInfo.InvariantCulture)}, b'\x00\xff\r', 'Gr\xfc\xdfe \U0001f40d', 'plain', 'half \ufffd', [None], {1L << 40}, {-(1L << 31) - 1}, {long.MaxValue}, {long.MinValue}, -2.5, '{new string('a', 256)}', {{'': None}})", read.Trim());
        }
    }
}
