namespace Perch.Benchmarks.Load;

/// <summary>Reads what comes on one connection, and compares it with what must come.</summary>
internal abstract class AnswerReader
{
    /// <summary>Takes what came.</summary>
    /// <param name="data">The bytes that were not consumed before, and what came after them.</param>
    /// <param name="completed">How many answers ended in it.</param>
    /// <returns>How many bytes were consumed.</returns>
    /// <exception cref="WrongResponseException">Something else came.</exception>
    internal int Read(ReadOnlySpan<byte> data, out int completed)
    {
        completed = 0;
        int consumed = 0;
        while (consumed < data.Length && Step(data[consumed..], ref completed) is > 0 and int step)
        {
            consumed += step;
        }

        return consumed;
    }

    /// <summary>Takes one part of what came.</summary>
    /// <returns>How many bytes it was; 0 if more must come first.</returns>
    private protected abstract int Step(ReadOnlySpan<byte> data, ref int completed);
}
