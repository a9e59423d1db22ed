using System.Runtime.InteropServices;

namespace Perch.Benchmarks.Parsers;

/// <summary>picohttpparser, which Debian's libh2o0.13 exports.</summary>
internal sealed unsafe class PicoContender : Contender
{
    private const int MaxFields = 100;

    private readonly delegate* unmanaged[SuppressGCTransition]<
        byte*, nuint, byte**, nuint*, byte**, nuint*, int*, Field*, nuint*, nuint, int> _parse;

    private readonly Field[] _fields = GC.AllocateArray<Field>(MaxFields, pinned: true);

    internal PicoContender()
    {
        if (NativeLibrary.TryLoad("libh2o.so.0.13", out var library) && NativeLibrary.TryGetExport(library, "phr_parse_request", out var address))
        {
            _parse = (delegate* unmanaged[SuppressGCTransition]<
                byte*, nuint, byte**, nuint*, byte**, nuint*, int*, Field*, nuint*, nuint, int>)address;
        }
    }

    internal override string Name => "picohttpparser, C";

    internal override string? Absence => _parse is null ? "no libh2o.so.0.13 (Debian: libh2o0.13)" : null;

    internal override long Run(byte[][] variants, int times)
    {
        long sum = 0;
        fixed (Field* fields = _fields)
        {
            for (var i = 0; i < times; i++)
            {
                foreach (var variant in variants)
                {
                    byte* method, path;
                    nuint methodLength, pathLength, count = MaxFields;
                    int minor, result;
                    fixed (byte* bytes = variant)
                    {
                        result = _parse(bytes, (nuint)variant.Length, &method, &methodLength, &path, &pathLength, &minor, fields, &count, 0);
                    }

                    if (result <= 0) throw Refused();
                    sum += result + (int)count;
                }
            }
        }

        return sum;
    }

    // struct phr_header
    private struct Field
    {
        internal byte* Name;
        internal nuint NameLength;
        internal byte* Value;
        internal nuint ValueLength;
    }
}
