namespace Perch.Http.WebSockets;

/// <summary>Sends in the order of the calls. A send is in one such list at a time.</summary>
internal struct PendingSends
{
    private PendingSend? _first;
    private PendingSend? _last;

    internal readonly bool IsEmpty => _first is null;

    internal void Add(PendingSend send)
    {
        if (_last is null)
        {
            _first = send;
        }
        else
        {
            _last.Next = send;
        }

        _last = send;
    }

    /// <summary>Takes over all of another list, which is empty then.</summary>
    internal void AddAll(ref PendingSends others)
    {
        if (others._first is not null)
        {
            Add(others._first);
            _last = others._last;
            others = default;
        }
    }

    /// <summary>Takes the first, of a list that is not empty.</summary>
    internal PendingSend Take()
    {
        PendingSend first = _first!;
        _first = first.Next;
        _last = _first is null ? null : _last;
        first.Next = null;
        return first;
    }

    /// <summary>Tells all of them that they have succeeded. A waiter that is alone goes on here.</summary>
    internal void Succeed()
    {
        bool isAlone = ReferenceEquals(_first, _last);
        while (!IsEmpty)
        {
            Take().Succeed(isAlone);
        }
    }

    /// <summary>Tells all of them that the client is gone.</summary>
    internal void Fail()
    {
        while (!IsEmpty)
        {
            Take().Fail();
        }
    }
}
