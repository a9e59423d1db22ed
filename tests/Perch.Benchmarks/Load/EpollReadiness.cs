using System.Buffers.Binary;
using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Perch.Benchmarks.Load;

/// <summary>Linux's epoll, level-triggered.</summary>
internal sealed partial class EpollReadiness : SocketReadiness
{
    private const int Add = 1;
    private const int Modify = 3;
    private const uint In = 1;
    private const uint Out = 4;
    private const int InterruptedCall = 4;

    // struct epoll_event is packed on x86-64 and nowhere else.
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EventSize = DataOffset + 8;

    private readonly IReadOnlyList<Socket> _sockets;
    private readonly int _epoll;
    private readonly byte[] _events;
    private readonly int[] _ready;

    internal EpollReadiness(IReadOnlyList<Socket> sockets)
    {
        _sockets = sockets;
        _events = new byte[EventSize * sockets.Count];
        _ready = new int[sockets.Count];
        _epoll = Check(Create(0));
        for (int i = 0; i < sockets.Count; i++)
        {
            Control(Add, i, In);
        }
    }

    internal override void WatchWrite(int index, bool watch) => Control(Modify, index, watch ? In | Out : In);

    internal override unsafe ReadOnlySpan<int> Wait(int timeoutMilliseconds)
    {
        int count;
        fixed (byte* events = _events)
        {
            do
            {
                count = Wait(_epoll, events, _ready.Length, timeoutMilliseconds);
            }
            while (count < 0 && Marshal.GetLastPInvokeError() == InterruptedCall);
        }

        Check(count);

        for (int i = 0; i < count; i++)
        {
            _ready[i] = BinaryPrimitives.ReadInt32LittleEndian(_events.AsSpan(i * EventSize + DataOffset));
        }

        return _ready.AsSpan(0, count);
    }

    public override void Dispose()
    {
        _ = Close(_epoll);
        base.Dispose();
    }

    private unsafe void Control(int operation, int index, uint interest)
    {
        byte* change = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(new Span<byte>(change, 4), interest);
        BinaryPrimitives.WriteInt64LittleEndian(new Span<byte>(change + DataOffset, 8), index);
        Check(Control(_epoll, operation, (int)_sockets[index].Handle, change));
    }

    private static int Check(int result) => result >= 0 ? result : throw new Win32Exception();

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static unsafe partial int Control(int epoll, int operation, int descriptor, byte* change);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static unsafe partial int Wait(int epoll, byte* events, int most, int timeout);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
