using System.Globalization;
using System.Runtime;
using System.Text;
using Perch.Benchmarks.Measuring;

namespace Perch.Benchmarks.Serving;

/// <summary>
/// Answers lines of standard input: <c>mark</c> with the bytes allocated and the methods compiled since the start, <c>types</c>
/// with the sampled allocations, <c>memory</c> with what a full collection leaves. A mark allocates nothing, or it would count itself.
/// </summary>
internal sealed class ControlChannel(AllocationSampler? sampler)
{
    private readonly Stream _input = Console.OpenStandardInput();
    private readonly Stream _output = Console.OpenStandardOutput();
    private readonly byte[] _line = new byte[64];

    internal void Run()
    {
        byte[] buffer = new byte[256];
        int length;
        while ((length = _input.Read(buffer, 0, buffer.Length)) > 0)
        {
            if (buffer.AsSpan(0, length).StartsWith("mark"u8))
            {
                Mark();
            }
            else if (buffer.AsSpan(0, length).StartsWith("types"u8))
            {
                Answer(sampler?.Describe() ?? "not sampled");
            }
            else if (buffer.AsSpan(0, length).StartsWith("memory"u8))
            {
                MemoryUse use = MemoryUse.OfThisProcess();
                Answer(string.Create(CultureInfo.InvariantCulture, $"{use.Heap} {use.Private}"));
            }
        }
    }

    private void Answer(string line)
    {
        _output.Write(Encoding.UTF8.GetBytes(line + "\n"));
        _output.Flush();
    }

    private void Mark()
    {
        Span<byte> line = _line;
        GC.GetTotalAllocatedBytes(precise: true).TryFormat(line, out int allocated);
        line[allocated] = (byte)' ';
        JitInfo.GetCompiledMethodCount().TryFormat(line[(allocated + 1)..], out int methods);
        line[allocated + 1 + methods] = (byte)'\n';
        _output.Write(_line, 0, allocated + methods + 2);
        _output.Flush();
    }
}
