using Perch.Http.Parsing;
using Perch.Http.Parsing.Scanning;

namespace Perch.Benchmarks.Parsers;

/// <summary>Ours, in one width.</summary>
internal sealed class PerchContender<TIsa>(string width) : Contender where TIsa : struct, IScanIsa
{
    private readonly ulong[] _fields = new ulong[HeadLimits.Default.TableLength];

    internal override string Name => $"Perch, {width}";

    internal override string? Absence => TIsa.IsSupported ? null : "not supported by this machine";

    internal override long Run(byte[][] variants, int times)
    {
        long sum = 0;
        var limits = HeadLimits.Default;
        for (var i = 0; i < times; i++)
        {
            foreach (var variant in variants)
            {
                RequestHead head = default;
                var result = RequestHeadParser.Parse<TIsa>(variant, ref head, _fields, limits);
                if (result.Status != ParseStatus.Done) throw Refused();
                sum += result.Consumed + head.FieldCount;
            }
        }

        return sum;
    }
}
