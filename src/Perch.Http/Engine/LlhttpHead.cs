using System.Runtime.InteropServices;

namespace Perch.Http.Engine;

/// <summary>What <c>native/perch-llhttp.c</c> says of a head: its <c>perch_head</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LlhttpHead
{
    internal uint TargetStart;
    internal uint TargetEnd;
    internal uint Major;
    internal uint Minor;
    internal uint FieldCount;
    internal uint Consumed;
}
