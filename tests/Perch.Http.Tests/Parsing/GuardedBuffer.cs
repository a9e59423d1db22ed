using System.Runtime.InteropServices;

namespace Perch.Http.Tests.Parsing;

/// <summary>Memory between two pages that cannot be read: a read before its start or past its end kills the test run.</summary>
internal sealed unsafe partial class GuardedBuffer : IDisposable
{
    private const int PageLength = 4096;
    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;

    private readonly byte* _memory;
    private readonly int _length;

    internal GuardedBuffer(int length)
    {
        _length = (length + PageLength - 1) / PageLength * PageLength;
        _memory = Map(null, (nuint)(_length + 2 * PageLength), ReadWrite, PrivateAnonymous, -1, 0);
        if (_memory == (byte*)-1
            || Protect(_memory, PageLength, 0) != 0
            || Protect(_memory + PageLength + _length, PageLength, 0) != 0)
            throw new InvalidOperationException("No guard pages.");
    }

    internal static bool IsSupported => OperatingSystem.IsLinux() && Environment.SystemPageSize == PageLength && Environment.Is64BitProcess;

    /// <summary>A copy that ends where the unreadable page starts.</summary>
    internal Span<byte> AtEnd(ReadOnlySpan<byte> bytes) => Copy(bytes, _length - bytes.Length);

    /// <summary>A copy that starts where the unreadable page ends.</summary>
    internal Span<byte> AtStart(ReadOnlySpan<byte> bytes) => Copy(bytes, 0);

    public void Dispose() => _ = Unmap(_memory, (nuint)(_length + 2 * PageLength));

    private Span<byte> Copy(ReadOnlySpan<byte> bytes, int position)
    {
        var copy = new Span<byte>(_memory + PageLength, _length).Slice(position, bytes.Length);
        bytes.CopyTo(copy);
        return copy;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial byte* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);
}
