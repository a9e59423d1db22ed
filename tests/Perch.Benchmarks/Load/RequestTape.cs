namespace Perch.Benchmarks.Load;

/// <summary>Requests one behind the other, so that a batch is one piece wherever in the series it begins.</summary>
internal sealed class RequestTape
{
    private readonly int[] _starts;
    private readonly byte[] _bytes;

    /// <summary>Makes a tape.</summary>
    /// <param name="requests">The requests.</param>
    /// <param name="depth">How many of them a batch has at most.</param>
    internal RequestTape(IReadOnlyList<ReadOnlyMemory<byte>> requests, int depth)
    {
        Count = requests.Count;
        _starts = new int[Count + depth];
        var bytes = new MemoryStream();
        for (int i = 0; i < _starts.Length; i++)
        {
            _starts[i] = (int)bytes.Length;
            bytes.Write(requests[i % Count].Span);
        }

        _bytes = bytes.ToArray();
    }

    /// <summary>How many different places there are to begin at.</summary>
    internal int Count { get; }

    internal ReadOnlyMemory<byte> Batch(int first, int count) => _bytes.AsMemory(_starts[first].._starts[first + count]);
}
