namespace Perch.Transport.Loops;

/// <summary>
/// The calls to the kernel that a socket makes in one dispatch: after so many it is the turn of the loop's other sockets. Off the loop's thread
/// there is no limit: only the caller's own thread is held there.
/// </summary>
internal struct CallBudget
{
    /// <summary>A megabyte, in blocks of 64 KB.</summary>
    internal const int MostCalls = 16;

    private long _dispatch;
    private int _calls;

    /// <summary>A call is made.</summary>
    internal void Spend(EventLoop loop)
    {
        long dispatch = loop.Dispatch;
        if (dispatch != _dispatch)
        {
            _dispatch = dispatch;
            _calls = 0;
        }

        _calls += dispatch == 0 ? 0 : 1;
    }

    /// <summary>Nothing is left of it in this dispatch.</summary>
    internal readonly bool IsSpent(EventLoop loop) => _calls >= MostCalls && _dispatch == loop.Dispatch;

    /// <summary>A call was made in this dispatch.</summary>
    internal readonly bool IsBegun(EventLoop loop) => _dispatch != 0 && _dispatch == loop.Dispatch;
}
