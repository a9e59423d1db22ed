using System.Runtime.InteropServices;
using Perch.Http.Parsing;

namespace Perch.Http.Engine;

/// <summary>The native library of <c>native/perch-llhttp.c</c>. Once loaded, it stays.</summary>
internal sealed unsafe class LlhttpLibrary
{
    private const string Name = "perch-llhttp";
    private const string Entry = "perch_llhttp_parse";

    private readonly delegate* unmanaged<byte*, nuint, LlhttpHead*, ulong*, uint, uint, LlhttpError> _parse;

    private LlhttpLibrary(nint entry) => _parse = (delegate* unmanaged<byte*, nuint, LlhttpHead*, ulong*, uint, uint, LlhttpError>)entry;

    /// <summary>Loads it from beside the application, or from where the system looks for libraries.</summary>
    /// <exception cref="DllNotFoundException">It is not there, or another library has its name.</exception>
    internal static LlhttpLibrary Load(string name = Name)
    {
        if (NativeLibrary.TryLoad(name, typeof(LlhttpLibrary).Assembly, searchPath: null, out nint library)
            && NativeLibrary.TryGetExport(library, Entry, out nint entry))
        {
            return new(entry);
        }

        throw new DllNotFoundException(
            $"HttpParserKind.Llhttp needs the native library '{name}' with the function {Entry}: it is neither in {AppContext.BaseDirectory} nor where the system looks for libraries. docs/hosts.md tells how it is built.");
    }

    /// <summary>Reads a head. Its field lines become words of <see cref="FieldEntry"/>.</summary>
    /// <param name="bytes">From the first byte of the head; no longer than a position in a word can tell.</param>
    /// <param name="head">What is in it.</param>
    /// <param name="fields">The table; more fields than it has room for are refused.</param>
    internal LlhttpError Parse(ReadOnlySpan<byte> bytes, out LlhttpHead head, Span<ulong> fields)
    {
        fixed (byte* start = bytes)
        fixed (LlhttpHead* found = &head)
        fixed (ulong* table = fields)
        {
            return _parse(start, (nuint)bytes.Length, found, table, (uint)fields.Length, FieldEntry.PositionBits);
        }
    }
}
