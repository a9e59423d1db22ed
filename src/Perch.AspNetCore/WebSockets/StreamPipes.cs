using System.IO.Pipelines;

namespace Perch.AspNetCore.WebSockets;

/// <summary>The two directions of a stream as pipes. It is the server's to close.</summary>
internal sealed class StreamPipes(Stream stream) : IDuplexPipe
{
    // A read of no bytes waits for data: a connection that idles holds no buffer.
    private static readonly StreamPipeReaderOptions Reading = new(leaveOpen: true, useZeroByteReads: true);

    private static readonly StreamPipeWriterOptions Writing = new(leaveOpen: true);

    public PipeReader Input { get; } = PipeReader.Create(stream, Reading);

    public PipeWriter Output { get; } = PipeWriter.Create(stream, Writing);

    /// <summary>Gives the memory back. All that was to be written has been flushed, as far as it could be.</summary>
    internal void Complete()
    {
        Input.Complete();

        // With an exception, what could not be flushed is thrown away instead of being tried again.
        Output.Complete(new OperationCanceledException());
    }
}
