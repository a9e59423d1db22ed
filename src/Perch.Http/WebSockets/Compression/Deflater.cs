using System.Buffers;
using System.Diagnostics;
using System.IO.Compression;
using Perch.Http.WebSockets.Framing;

namespace Perch.Http.WebSockets.Compression;

/// <summary>RFC 7692 §7.2.1: compresses the messages for a client.</summary>
internal sealed class Deflater : IDisposable
{
    private const int LargestWindowBits = 15;

    private readonly ZLibCompressionOptions _options;
    private readonly DeflateSink _sink;
    private readonly bool _keepsContext;
    private readonly int _mostAtOnce;
    private DeflateStream? _stream;

    internal Deflater(DeflateAgreement agreement, int level, ArrayPool<byte> pool)
    {
        bool hasLargestWindow = agreement.ServerMaxWindowBits == LargestWindowBits;
        _options = new ZLibCompressionOptions { CompressionLevel = level };
        _sink = new DeflateSink(new MessageBuffer(pool));
        _keepsContext = hasLargestWindow && !agreement.ServerNoContextTakeover;

        // .NET compresses with a window of 32 KiB and no other. Nothing refers back over the start of a compressor's output, so pieces that are as
        // long as the smaller window and compressed each for itself keep within it (§7.1.2.1).
        _mostAtOnce = hasLargestWindow ? int.MaxValue : 1 << agreement.ServerMaxWindowBits;
    }

    /// <summary>Compresses a message that is not empty.</summary>
    /// <returns>What goes on the wire, until <see cref="Release"/>.</returns>
    internal ReadOnlyMemory<byte> Compress(ReadOnlySpan<byte> message)
    {
        while (message.Length > _mostAtOnce)
        {
            CompressPiece(message[.._mostAtOnce]);
            message = message[_mostAtOnce..];
        }

        CompressPiece(message);

        // §7.2.1: a flush ends with an empty block without compression, whose last four bytes are cut off.
        Debug.Assert(_sink.Written.Span.EndsWith<byte>([0x00, 0x00, 0xFF, 0xFF]), "A flush of deflate does not end as it must.");
        _sink.Cut(4);
        return _sink.Written;
    }

    /// <summary>The last message is on its way: its memory is given back.</summary>
    internal void Release() => _sink.Clear();

    public void Dispose()
    {
        EndStream();
        _sink.Clear();
        _sink.Dispose();
    }

    private void CompressPiece(ReadOnlySpan<byte> piece)
    {
        _stream ??= new DeflateStream(_sink, _options, leaveOpen: true);
        _stream.Write(piece);
        _stream.Flush();
        if (!_keepsContext)
        {
            EndStream();
        }
    }

    private void EndStream()
    {
        _sink.IsClosed = true;
        _stream?.Dispose();
        _stream = null;
        _sink.IsClosed = false;
    }
}
