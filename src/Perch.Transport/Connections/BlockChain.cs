using Perch.Transport.Loops;

namespace Perch.Transport.Connections;

/// <summary>Bytes that are on their way out, in blocks. Most of the time there is one, or none.</summary>
internal struct BlockChain
{
    private List<ArraySegment<byte>>? _full;
    private int _sent;
    private byte[]? _last;
    private int _start;
    private int _end;

    internal long Length { get; private set; }

    internal readonly bool IsEmpty => Length == 0;

    /// <summary>Room for more.</summary>
    internal Memory<byte> GetMemory(int sizeHint, EventLoop loop)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        if (_last is null || _last.Length - _end < Math.Max(sizeHint, 1))
        {
            AddBlock(sizeHint, loop);
        }

        return _last.AsMemory(_end);
    }

    /// <summary>Bytes were written to the room.</summary>
    internal void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, (_last?.Length ?? 0) - _end);
        _end += bytes;
        Length += bytes;
    }

    internal void Append(ReadOnlySpan<byte> data, EventLoop loop)
    {
        while (!data.IsEmpty)
        {
            Span<byte> room = GetMemory(0, loop).Span;
            int count = Math.Min(room.Length, data.Length);
            data[..count].CopyTo(room);
            Advance(count);
            data = data[count..];
        }
    }

    /// <summary>Everything goes behind what another has.</summary>
    internal void MoveTo(ref BlockChain other, EventLoop loop)
    {
        if (IsEmpty)
        {
            Clear(loop);
            return;
        }

        if (other.IsEmpty)
        {
            other.Clear(loop);
            (this, other) = (other, this);
            return;
        }

        if (IsOneBlock && other._last is { } block && block.Length - other._end >= Length)
        {
            // A block for each of many small flushes would be more memory than bytes.
            other.Append(First, loop);
            Clear(loop);
            return;
        }

        Close();
        other.Close();
        (other._full ??= []).AddRange(_full!);
        other.Length += Length;
        _full = null;
        Clear(loop);
    }

    /// <summary>The first bytes, as far as they are in one block.</summary>
    internal readonly ArraySegment<byte> First => IsOneBlock ? new(_last!, _start, _end - _start) : _full![_sent];

    /// <summary>The first blocks, as many as fit.</summary>
    internal readonly int CopyFirst(Span<ArraySegment<byte>> blocks)
    {
        int count = 0;
        for (int i = _sent; i < _full?.Count && count < blocks.Length; i++)
        {
            blocks[count++] = _full[i];
        }

        if (count < blocks.Length && _end > _start)
        {
            blocks[count++] = new(_last!, _start, _end - _start);
        }

        return count;
    }

    /// <summary>True if there is one block alone.</summary>
    internal readonly bool IsOneBlock => _full is null || _full.Count == _sent;

    /// <summary>Bytes have been sent.</summary>
    internal void Consume(long bytes, EventLoop loop)
    {
        Length -= bytes;
        while (!IsOneBlock && bytes > 0)
        {
            ArraySegment<byte> first = _full![_sent];
            if (bytes < first.Count)
            {
                _full[_sent] = first[(int)bytes..];
                return;
            }

            bytes -= first.Count;
            _full[_sent++] = default;
            loop.GiveBlock(first.Array!);
        }

        if (_sent > 0 && IsOneBlock)
        {
            _full!.Clear();
            _sent = 0;
        }

        _start += (int)bytes;
        if (Length == 0)
        {
            Clear(loop);
        }
    }

    /// <summary>Gives all blocks back.</summary>
    internal void Clear(EventLoop loop)
    {
        if (_full is { } full)
        {
            _full = null;
            for (; _sent < full.Count; _sent++)
            {
                loop.GiveBlock(full[_sent].Array!);
            }

            _sent = 0;
        }

        if (_last is { } last)
        {
            _last = null;
            loop.GiveBlock(last);
        }

        _start = 0;
        _end = 0;
        Length = 0;
    }

    private void AddBlock(int sizeHint, EventLoop loop)
    {
        if (_end == _start && _last is not null)
        {
            // Too small for what is asked for, and unused.
            loop.GiveBlock(_last);
            _last = null;
        }

        Close();
        _last = sizeHint > Blocks.Size ? Blocks.TakeLarge(sizeHint) : loop.TakeBlock();
        _start = 0;
        _end = 0;
    }

    private void Close()
    {
        if (_last is not null && _end > _start)
        {
            (_full ??= []).Add(new(_last, _start, _end - _start));
            _last = null;
            _start = 0;
            _end = 0;
        }
    }
}
