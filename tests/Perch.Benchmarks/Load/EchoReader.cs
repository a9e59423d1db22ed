using System.Buffers.Binary;

namespace Perch.Benchmarks.Load;

/// <summary>
/// RFC 6455 §5: the server's frames, joined to messages, each of which must be the expected one. Pings and pongs are read and not
/// answered: the load sends nothing that it has not prepared.
/// </summary>
internal sealed class EchoReader(ReadOnlyMemory<byte> expected) : AnswerReader
{
    private const int Final = 0x80;
    private const int Opcode = 0x0F;
    private const int Continuation = 0;
    private const int Binary = 2;
    private const int Close = 8;
    private const int Ping = 9;
    private const int Pong = 10;

    private long _left;
    private int _seen;
    private bool _isInside;
    private bool _isFinal;
    private bool _isKeepAlive;

    private protected override int Step(ReadOnlySpan<byte> data, ref int completed)
    {
        if (!_isInside)
        {
            return ReadHead(data, ref completed);
        }

        int part = (int)Math.Min(data.Length, _left);
        if (!_isKeepAlive)
        {
            Compare(data[..part]);
        }

        _left -= part;
        EndIfWhole(ref completed);
        return part;
    }

    private int ReadHead(ReadOnlySpan<byte> data, ref int completed)
    {
        if (data.Length < 2)
        {
            return 0;
        }

        int length = data[1] switch { 127 => 10, 126 => 4, _ => 2 };
        if (data.Length < length)
        {
            return 0;
        }

        _left = length switch
        {
            10 => checked((long)BinaryPrimitives.ReadUInt64BigEndian(data[2..])),
            4 => BinaryPrimitives.ReadUInt16BigEndian(data[2..]),
            _ => data[1],
        };
        int opcode = data[0] & Opcode;
        _isKeepAlive = opcode is Ping or Pong;
        if (opcode == Close || (!_isKeepAlive && opcode != (_seen == 0 ? Binary : Continuation)))
        {
            throw new WrongResponseException($"A frame with opcode {opcode} came after {_seen} bytes of a message.");
        }

        if (data[1] > 127)
        {
            throw new WrongResponseException("The server masks its frames, which RFC 6455 §5.1 forbids.");
        }

        _isFinal = (data[0] & Final) != 0;
        _isInside = true;
        EndIfWhole(ref completed);
        return length;
    }

    private void Compare(ReadOnlySpan<byte> part)
    {
        if (_seen + part.Length > expected.Length || !part.SequenceEqual(expected.Span.Slice(_seen, part.Length)))
        {
            throw new WrongResponseException($"The message differs from the one that was sent after byte {_seen}.");
        }

        _seen += part.Length;
    }

    private void EndIfWhole(ref int completed)
    {
        if (_left > 0)
        {
            return;
        }

        _isInside = false;
        if (_isKeepAlive || !_isFinal)
        {
            return;
        }

        if (_seen != expected.Length)
        {
            throw new WrongResponseException($"The message has {_seen} bytes, not {expected.Length}.");
        }

        _seen = 0;
        completed++;
    }
}
