using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;

namespace Perch.Testing.Http;

/// <summary>
/// The body of a request on its way to the app. The content is asked for it when the app first receives, as <c>100-continue</c> would be
/// sent then, and waits when the app does not go on.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The token source has neither a timer nor a handle.")]
internal sealed class RequestBody(HttpContent? content, int bufferSize, Action<Exception> failed)
{
    private readonly Pipe _pipe = new(new PipeOptions(
        pauseWriterThreshold: bufferSize, resumeWriterThreshold: (bufferSize + 1) / 2, useSynchronizationContext: false));

    private readonly CancellationTokenSource _abandoned = new();
    private readonly long? _declared = content?.Headers.ContentLength;
    private long _received;
    private bool _begun;
    private bool _hasFailed;

    /// <summary>The app has received the end.</summary>
    internal bool IsEnded { get; private set; }

    /// <summary>The next part; null if there is none because the content failed or was abandoned.</summary>
    internal async ValueTask<HttpRequestBody?> NextAsync()
    {
        if (content is null || _declared == 0)
        {
            IsEnded = true;
            return new HttpRequestBody(default);
        }

        if (!_begun)
        {
            _begun = true;
            _ = Task.Run(() => CopyAsync(content));
        }

        ReadResult result = await _pipe.Reader.ReadAsync().ConfigureAwait(false);
        if (result.IsCanceled || (result.IsCompleted && _hasFailed))
        {
            return null;
        }

        ReadOnlySequence<byte> part = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, bufferSize));
        byte[] bytes = part.ToArray();
        _received += bytes.Length;

        // Where the length is declared, the last byte is known when it comes; else there is an empty last part if need be.
        IsEnded = _received == _declared || (result.IsCompleted && part.Length == result.Buffer.Length);
        _pipe.Reader.AdvanceTo(part.End);
        return new HttpRequestBody(bytes, moreBody: !IsEnded);
    }

    /// <summary>Nobody reads on: whoever waits is woken, on either side.</summary>
    internal void Abandon()
    {
        _ = _abandoned.CancelAsync();
        _pipe.Reader.CancelPendingRead();
    }

    private async Task CopyAsync(HttpContent source)
    {
        try
        {
            var stream = new RequestBodyStream(_pipe.Writer, _declared, _abandoned.Token);
            await using (stream.ConfigureAwait(false))
            {
                await source.CopyToAsync(stream, _abandoned.Token).ConfigureAwait(false);
                stream.CheckComplete();
            }
        }
        catch (Exception exception)
        {
            // What fails because nobody reads on is not the content's fault.
            if (!_abandoned.IsCancellationRequested)
            {
                _hasFailed = true;
                failed(exception);
            }
        }
        finally
        {
            await _pipe.Writer.CompleteAsync().ConfigureAwait(false);
        }
    }
}
