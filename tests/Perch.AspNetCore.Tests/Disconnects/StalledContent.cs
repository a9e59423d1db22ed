using System.Net;

namespace Perch.AspNetCore.Tests.Disconnects;

/// <summary>A request body of which some bytes are sent, and the rest never.</summary>
internal sealed class StalledContent(byte[] start, long length) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(start, cancellationToken);
        await stream.FlushAsync(cancellationToken);
        if (start.Length < length)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
    }

    protected override bool TryComputeLength(out long length1)
    {
        length1 = length;
        return true;
    }
}
