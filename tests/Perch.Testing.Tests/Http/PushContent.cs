using System.Net;

namespace Perch.Testing.Tests.Http;

/// <summary>Content that writes itself, as long as it says or of unknown length.</summary>
internal sealed class PushContent(Func<Stream, Task> write, long? declared = null) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => write(stream);

    protected override bool TryComputeLength(out long length)
    {
        length = declared ?? 0;
        return declared is not null;
    }
}
