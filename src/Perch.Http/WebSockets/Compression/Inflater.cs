using System.IO.Compression;
using Perch.Http.WebSockets.Framing;

namespace Perch.Http.WebSockets.Compression;

/// <summary>RFC 7692 §7.2.2: inflates the messages of a client, as they come.</summary>
/// <param name="keepsContext">Whether a message may refer to those before it.</param>
/// <param name="maxMessageSize">The most bytes that a message may inflate to.</param>
internal sealed class Inflater(bool keepsContext, long maxMessageSize) : IDisposable
{
    /// <summary>§7.2.2: what the sender has cut off, an empty block without compression.</summary>
    private static readonly byte[] Tail = [0x00, 0x00, 0xFF, 0xFF];

    private readonly DeflateSource _source = new();
    private DeflateStream? _stream;
    private bool _hasFinalBlock;

    /// <summary>Inflates more of a message, as far as its limit.</summary>
    internal WebSocketFault Append(ReadOnlyMemory<byte> compressed, ref MessageBuffer output)
    {
        _stream ??= new DeflateStream(_source, CompressionMode.Decompress, leaveOpen: true);
        _source.Feed(compressed);
        try
        {
            while (true)
            {
                // One byte above the limit at most: more is not spent to see that it is too much.
                long most = maxMessageSize + 1 - output.Length;
                Span<byte> free = output.Reserve(1);
                int count = _stream.Read(free[..(int)Math.Min(free.Length, most)]);
                if (count == 0)
                {
                    // Before its end it would have asked for more.
                    _hasFinalBlock |= !_source.IsExhausted;
                    return WebSocketFault.None;
                }

                output.Advance(count);
                if (output.Length > maxMessageSize)
                {
                    return WebSocketFault.MessageTooLarge;
                }
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            return WebSocketFault.InvalidDeflate;
        }
        finally
        {
            _source.Feed(default);
        }
    }

    /// <summary>Inflates what is left when the last of a message has come.</summary>
    internal WebSocketFault Finish(ref MessageBuffer output)
    {
        WebSocketFault fault = Append(Tail, ref output);

        // §7.2.3.4: a block may say that it is the last one. The next message is begun anew then.
        if (!keepsContext || _hasFinalBlock)
        {
            Dispose();
        }

        return fault;
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _stream = null;
        _hasFinalBlock = false;
    }
}
