using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Perch.Transport.Interop;

/// <summary>Memory for an array of <c>struct epoll_event</c>, which is packed on x64 and aligned elsewhere.</summary>
internal sealed unsafe class EpollEventBuffer : IDisposable
{
    private static readonly bool IsPacked = RuntimeInformation.ProcessArchitecture is Architecture.X64;
    private static readonly int Stride = IsPacked ? 12 : 16;
    private static readonly int DataOffset = IsPacked ? 4 : 8;

    internal EpollEventBuffer(int capacity)
    {
        Capacity = capacity;
        Pointer = (byte*)NativeMemory.AllocZeroed((nuint)capacity, (nuint)Stride);
    }

    internal int Capacity { get; }

    internal byte* Pointer { get; private set; }

    internal (EpollEvents Events, long Data) this[int index]
    {
        get
        {
            byte* entry = Pointer + (index * Stride);
            return ((EpollEvents)Unsafe.ReadUnaligned<uint>(entry), Unsafe.ReadUnaligned<long>(entry + DataOffset));
        }
    }

    /// <summary>Writes one entry where there is room for the larger of the two layouts.</summary>
    internal static void Write(byte* entry, EpollEvents events, long data)
    {
        Unsafe.WriteUnaligned(entry, (uint)events);
        Unsafe.WriteUnaligned(entry + DataOffset, data);
    }

    public void Dispose()
    {
        NativeMemory.Free(Pointer);
        Pointer = null;
    }
}
