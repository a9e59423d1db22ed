using System.Buffers;

namespace Perch.Python.Bridge;

/// <summary>An event of a worker for one stream. Its memory is held until <see cref="Release"/>.</summary>
internal readonly struct Incoming(IncomingKind kind)
{
    internal IncomingKind Kind { get; } = kind;

    /// <summary>The event as the host has it, where it needs no memory of the frame.</summary>
    internal GatewayEvent? Event { get; init; }

    /// <summary>The bytes of a body or message; of a text message its UTF-8.</summary>
    internal ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Whether there is a body event in it: a response may begin without one.</summary>
    internal bool HasBody { get; init; }

    /// <summary>Whether more of the same follows.</summary>
    internal bool More { get; init; }

    /// <summary>A path, or how the app failed.</summary>
    internal string? Text { get; init; }

    /// <summary>How the client's request failed.</summary>
    internal Exception? Failure { get; init; }

    /// <summary>The credit that the worker gives.</summary>
    internal int Credit { get; init; }

    /// <summary>What it has cost of the stream's credit.</summary>
    internal int Cost { get; init; }

    /// <summary>The frame that the data is in.</summary>
    internal ReceiveBuffer? Frame { get; init; }

    /// <summary>The copy that the data is in, if it had to wait.</summary>
    private byte[]? Rented { get; init; }

    /// <summary>
    /// The same with a copy of its data: an event that waits behind another must not hold a whole frame, or many small ones would hold
    /// many frames.
    /// </summary>
    internal Incoming WithOwnData()
    {
        if (Data.IsEmpty)
        {
            return this with { Frame = null };
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(Data.Length);
        Data.CopyTo(rented);
        return this with { Data = rented.AsMemory(0, Data.Length), Rented = rented, Frame = null };
    }

    /// <summary>The event has been dealt with.</summary>
    internal void Release()
    {
        Frame?.Release();
        if (Rented is { } rented)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
