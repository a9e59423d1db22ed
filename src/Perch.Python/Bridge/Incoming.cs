using System.Buffers;

namespace Perch.Python.Bridge;

/// <summary>An event of a worker for one stream. Its memory is held until <see cref="Release"/>.</summary>
/// <param name="kind">What it is.</param>
/// <param name="what">What it brings beside its data: an event, a path, how the app or the client's request failed.</param>
internal readonly struct Incoming(IncomingKind kind, object? what = null)
{
    // The frame that the data is in, or the array that it was copied to, if either is to be given back.
    private readonly object? _memory;

    private Incoming(in Incoming original, ReadOnlyMemory<byte> data, object? memory) : this(original.Kind, original.What)
    {
        HasBody = original.HasBody;
        More = original.More;
        Credit = original.Credit;
        Cost = original.Cost;
        Data = data;
        _memory = memory;
    }

    internal IncomingKind Kind { get; } = kind;

    /// <summary>Whether there is a body event in it: a response may begin without one.</summary>
    internal bool HasBody { get; init; }

    /// <summary>Whether more of the same follows.</summary>
    internal bool More { get; init; }

    /// <summary>The credit that the worker gives.</summary>
    internal int Credit { get; init; }

    /// <summary>What it has cost of the stream's credit.</summary>
    internal int Cost { get; init; }

    /// <summary>The bytes of a body or message; of a text message its UTF-8.</summary>
    internal ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>The event as the host has it, where it needs no memory of the frame.</summary>
    internal GatewayEvent Event => (GatewayEvent)What!;

    /// <summary>A path, or how the app failed.</summary>
    internal string? Text => (string?)What;

    /// <summary>How the client's request failed.</summary>
    internal Exception Failure => (Exception)What!;

    private object? What { get; } = what;

    /// <summary>The same, whose data stays in a frame.</summary>
    internal Incoming Holding(ReceiveBuffer frame)
    {
        frame.Hold();
        return new Incoming(this, Data, frame);
    }

    /// <summary>The same with its data copied to memory that is somebody else's to reuse.</summary>
    internal Incoming CopiedTo(Memory<byte> memory)
    {
        Data.CopyTo(memory);
        return new Incoming(this, memory[..Data.Length], null);
    }

    /// <summary>The same with a copy of its data.</summary>
    internal Incoming Copied()
    {
        byte[] rented = ArrayPool<byte>.Shared.Rent(Data.Length);
        Data.CopyTo(rented);
        return new Incoming(this, rented.AsMemory(0, Data.Length), rented);
    }

    /// <summary>The event has been dealt with.</summary>
    internal void Release()
    {
        switch (_memory)
        {
            case ReceiveBuffer frame:
                frame.Release();
                break;
            case byte[] rented:
                ArrayPool<byte>.Shared.Return(rented);
                break;
        }
    }
}
