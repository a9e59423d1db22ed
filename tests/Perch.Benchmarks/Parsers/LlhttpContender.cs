using Perch.Http.Engine;
using Perch.Http.Parsing;
using Perch.Shared;

namespace Perch.Benchmarks.Parsers;

/// <summary>llhttp, with callbacks in C that store positions as ours does.</summary>
internal sealed class LlhttpContender : Contender
{
    private readonly LlhttpLibrary? _library = LlhttpBuild.Absence is null ? LlhttpLibrary.Load() : null;
    private readonly ulong[] _fields = new ulong[HeadLimits.Default.MaxFields];

    internal override string Name => "llhttp, C";

    internal override string? Absence => LlhttpBuild.Absence;

    internal override long Run(byte[][] variants, int times)
    {
        long sum = 0;
        for (var i = 0; i < times; i++)
        {
            foreach (var variant in variants)
            {
                if (_library!.Parse(variant, out var head, _fields) != LlhttpError.HeadComplete) throw Refused();
                sum += head.Consumed + head.FieldCount;
            }
        }

        return sum;
    }
}
