using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;

namespace Perch.Http.Connections;

/// <summary>What is inside of a TLS stream, as pipes.</summary>
internal sealed class TlsPipe : IDuplexPipe
{
    internal TlsPipe(SslStream stream, MemoryPool<byte>? pool)
    {
        // Zero-byte reads: a connection that idles holds no buffer.
        Input = PipeReader.Create(stream, new StreamPipeReaderOptions(pool, leaveOpen: true, useZeroByteReads: true));
        Output = PipeWriter.Create(stream, new StreamPipeWriterOptions(pool, leaveOpen: true));
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }
}
