using System.Net;
using System.Threading.Channels;

namespace Perch.Conformance.Clients;

/// <summary>A request's body that is written while its response is read.</summary>
internal sealed class DuplexContent : HttpContent
{
    private readonly Channel<byte[]> _parts = Channel.CreateUnbounded<byte[]>();

    internal void Write(byte[] part) => Assert.True(_parts.Writer.TryWrite(part));

    internal void Complete() => _parts.Writer.Complete();

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // The head must leave, or a server that waits for the body is never asked.
        await stream.FlushAsync(cancellationToken);
        await foreach (byte[] part in _parts.Reader.ReadAllAsync(cancellationToken))
        {
            await stream.WriteAsync(part, cancellationToken);
            await stream.FlushAsync(cancellationToken);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}
