namespace Perch;

public static partial class SendExtensions
{
    private const int StreamBuffer = 64 * 1024;

    /// <summary>Sends chunks as they come, each on its way before the next is asked for.</summary>
    /// <param name="send">The app's <c>send</c>, before the response has started.</param>
    /// <param name="scope">The request. To HEAD the chunks are not asked for.</param>
    /// <param name="chunks">
    /// The body. The memory of a chunk may be reused when the next is asked for. Its token is cancelled when the client leaves.
    /// </param>
    /// <param name="contentType">The media type. Defaults to <c>application/octet-stream</c>.</param>
    /// <param name="status">The status code. Defaults to 200.</param>
    /// <param name="headers">More headers. Defaults to none; a <c>content-length</c> is kept to.</param>
    /// <param name="cancellationToken">Ends the response early: the host then aborts it.</param>
    /// <remarks>The response starts with the first chunk, so that the host can still answer 500 to a source that fails before.</remarks>
    /// <exception cref="ClientDisconnectedException">The client left.</exception>
    public static async ValueTask StreamAsync(
        this Send send, HttpScope scope, IAsyncEnumerable<ReadOnlyMemory<byte>> chunks, string contentType = "application/octet-stream",
        int status = 200, HeaderList? headers = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(send);
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(chunks);
        ArgumentNullException.ThrowIfNull(contentType);
        HttpResponseStart start = ResponseParts.Start(status, headers, contentType, length: null);
        using var watch = new DisconnectWatch(scope, cancellationToken);
        bool started = false;
        if (!ResponseParts.IsBodiless(scope, status))
        {
            try
            {
                await foreach (ReadOnlyMemory<byte> chunk in chunks.WithCancellation(watch.Token).ConfigureAwait(false))
                {
                    if (!started)
                    {
                        started = true;
                        await send(start).ConfigureAwait(false);
                    }

                    if (!chunk.IsEmpty)
                    {
                        await send(new HttpResponseBody(chunk, moreBody: true)).ConfigureAwait(false);
                    }
                }
            }
            catch (OperationCanceledException exception) when (watch.ClientLeft)
            {
                throw DisconnectWatch.Disconnected(exception);
            }
        }

        if (!started)
        {
            await send(start).ConfigureAwait(false);
        }

        await send(HttpResponseBody.Empty).ConfigureAwait(false);
    }

    /// <summary>Sends a stream from where it stands to its end. It is not disposed.</summary>
    /// <param name="send">The app's <c>send</c>, before the response has started.</param>
    /// <param name="scope">The request. To HEAD the stream is not read.</param>
    /// <param name="stream">The body. One that can seek declares its <c>content-length</c>, and no more than that is read of it.</param>
    /// <param name="contentType">The media type. Defaults to <c>application/octet-stream</c>.</param>
    /// <param name="status">The status code. Defaults to 200.</param>
    /// <param name="headers">More headers. Defaults to none.</param>
    /// <param name="cancellationToken">Ends the response early: the host then aborts it.</param>
    /// <exception cref="ClientDisconnectedException">The client left.</exception>
    public static ValueTask StreamAsync(
        this Send send, HttpScope scope, Stream stream, string contentType = "application/octet-stream", int status = 200,
        HeaderList? headers = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        headers ??= HeaderList.Empty;
        long? length = stream.CanSeek ? Math.Max(0, stream.Length - stream.Position) : null;
        if (length is { } known && !headers.Contains("content-length") && status is not (204 or 205 or 304))
        {
            headers = [.. headers, ("content-length", ResponseParts.Text(known))];
        }

        return StreamAsync(send, scope, new StreamChunks(stream, length, StreamBuffer), contentType, status, headers, cancellationToken);
    }
}
