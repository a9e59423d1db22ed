using System.Buffers.Text;
using System.Text;

namespace Perch.Benchmarks.Load;

/// <summary>
/// The responses of one connection, each compared with the expected one: status, framing, every byte of the body. A head that is the
/// same as the last one is compared, not parsed again, so that the reader costs little beside the server.
/// </summary>
internal sealed class ResponseReader(IReadOnlyList<ExpectedResponse> expected, int first) : AnswerReader
{
    private const int MaxHead = 16 * 1024;
    private const int MaxLine = 256;

    private ExpectedResponse _expected = expected[first];
    private int _index = first;
    private byte[] _lastHead = [];
    private int _lastHeadLength;
    private bool _lastIsChunked;
    private State _state = State.Head;
    private int _bodySeen;
    private int _chunkLeft;

    private enum State
    {
        Head,
        Body,
        ChunkSize,
        ChunkData,
        ChunkEnd,
        LastLine,
    }

    private protected override int Step(ReadOnlySpan<byte> data, ref int completed)
    {
        switch (_state)
        {
            case State.Head:
                return ReadHead(data, ref completed);
            case State.Body:
                int part = Math.Min(data.Length, _expected.Body.Length - _bodySeen);
                CompareBody(data[..part]);
                EndIfWhole(ref completed);
                return part;
            case State.ChunkSize:
                return ReadChunkSize(data);
            case State.ChunkData:
                int chunk = Math.Min(data.Length, _chunkLeft);
                CompareBody(data[..chunk]);
                _chunkLeft -= chunk;
                _state = _chunkLeft == 0 ? State.ChunkEnd : State.ChunkData;
                return chunk;
            default:
                return ReadLineEnd(data, ref completed);
        }
    }

    private int ReadHead(ReadOnlySpan<byte> data, ref int completed)
    {
        int length;
        if (_lastHeadLength > 0 && data.StartsWith(_lastHead.AsSpan(0, _lastHeadLength)))
        {
            length = _lastHeadLength;
        }
        else
        {
            int end = data.IndexOf("\r\n\r\n"u8);
            if (end < 0)
            {
                return data.Length <= MaxHead ? 0 : throw new WrongResponseException("The response's head has no end.");
            }

            length = end + 4;
            ParseHead(data[..length]);
        }

        _bodySeen = 0;
        if (_expected.IsToHead)
        {
            End(ref completed);
            return length;
        }

        _state = _lastIsChunked ? State.ChunkSize : State.Body;
        if (!_lastIsChunked)
        {
            EndIfWhole(ref completed);
        }

        return length;
    }

    private void ParseHead(ReadOnlySpan<byte> head)
    {
        if (head.Length > MaxHead || !head.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(head[9..], out int status, out _))
        {
            throw new WrongResponseException($"This is no HTTP/1.1 response: {Show(head)}");
        }

        if (status != _expected.Status)
        {
            throw new WrongResponseException($"The status is {status}, not {_expected.Status}: {Show(head)}");
        }

        long length = -1;
        bool isChunked = false;
        foreach (Range range in head.Split("\r\n"u8))
        {
            ReadOnlySpan<byte> line = head[range];
            int colon = line.IndexOf((byte)':');
            if (colon < 0)
            {
                continue;
            }

            ReadOnlySpan<byte> name = line[..colon];
            ReadOnlySpan<byte> value = line[(colon + 1)..].Trim((byte)' ');
            if (Ascii.EqualsIgnoreCase(name, "content-length"u8))
            {
                length = Utf8Parser.TryParse(value, out long declared, out int used) && used == value.Length ? declared : -2;
            }
            else if (Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8))
            {
                isChunked = Ascii.EqualsIgnoreCase(value, "chunked"u8);
            }
            else if (Ascii.EqualsIgnoreCase(name, "connection"u8) && Ascii.EqualsIgnoreCase(value, "close"u8))
            {
                throw new WrongResponseException("The server closes the connection after the response.");
            }
        }

        if (!isChunked && !_expected.IsToHead && length != _expected.Body.Length)
        {
            throw new WrongResponseException($"The body is not declared to be {_expected.Body.Length} bytes long: {Show(head)}");
        }

        if (_lastHead.Length < head.Length)
        {
            _lastHead = new byte[head.Length];
        }

        head.CopyTo(_lastHead);
        _lastHeadLength = head.Length;
        _lastIsChunked = isChunked;
    }

    private int ReadChunkSize(ReadOnlySpan<byte> data)
    {
        int end = data.IndexOf("\r\n"u8);
        if (end < 0)
        {
            return data.Length <= MaxLine ? 0 : throw new WrongResponseException("A chunk's size has no end.");
        }

        if (!Utf8Parser.TryParse(data[..end], out _chunkLeft, out int used, 'x') || used != end)
        {
            throw new WrongResponseException($"This is no chunk size: {Show(data[..end])}");
        }

        _state = _chunkLeft == 0 ? State.LastLine : State.ChunkData;
        return end + 2;
    }

    private int ReadLineEnd(ReadOnlySpan<byte> data, ref int completed)
    {
        if (data.Length < 2)
        {
            return 0;
        }

        if (!data.StartsWith("\r\n"u8))
        {
            throw new WrongResponseException("A chunk is longer than its size says, or there are trailers.");
        }

        if (_state == State.ChunkEnd)
        {
            _state = State.ChunkSize;
        }
        else if (_bodySeen == _expected.Body.Length)
        {
            EndIfWhole(ref completed);
        }
        else
        {
            throw new WrongResponseException($"The body has {_bodySeen} bytes, not {_expected.Body.Length}.");
        }

        return 2;
    }

    private void CompareBody(ReadOnlySpan<byte> part)
    {
        ReadOnlySpan<byte> rest = _expected.Body.Span[_bodySeen..];
        if (part.Length > rest.Length || !part.SequenceEqual(rest[..part.Length]))
        {
            throw new WrongResponseException($"The body differs from the expected one after byte {_bodySeen}: {Show(part)}");
        }

        _bodySeen += part.Length;
    }

    private void EndIfWhole(ref int completed)
    {
        if (_bodySeen == _expected.Body.Length)
        {
            End(ref completed);
        }
    }

    private void End(ref int completed)
    {
        _state = State.Head;
        completed++;
        _index = (_index + 1) % expected.Count;
        _expected = expected[_index];
    }

    private static string Show(ReadOnlySpan<byte> bytes) =>
        Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, 200)]).Replace("\r\n", "\\r\\n", StringComparison.Ordinal);
}
