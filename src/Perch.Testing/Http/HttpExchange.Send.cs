using System.Text;
using Perch.Testing.Hosting;

namespace Perch.Testing.Http;

/// <summary>From the app to the client: the response.</summary>
internal sealed partial class HttpExchange
{
    private const int FileChunk = 16 * 1024;

    protected override async ValueTask TakeAsync(GatewayEvent message)
    {
        using FileBody? file = OpenIfOffered(message);
        lock (Gate)
        {
            if (HasClientLeft && !_isWhole)
            {
                throw new ClientDisconnectedException();
            }

            _order.Accept(message, file?.Length ?? 0);
        }

        Log.FromApp(message);
        switch (message)
        {
            case HttpResponseDebug debug:
                _seen.DebugInfo = debug.Info;
                break;
            case HttpResponseEarlyHint hint:
                Hint(hint);
                break;
            case HttpResponseBody body:
                await WriteAsync(body.Body).ConfigureAwait(false);
                break;
            case HttpFullResponse full:
                await WriteAsync(full.Body).ConfigureAwait(false);
                break;
            case HttpResponsePathSend or HttpResponseZeroCopySend:
                await WriteFileAsync(file!).ConfigureAwait(false);
                break;
            case HttpResponseTrailers trailers:
                AddTrailers(trailers.Headers);
                break;
        }

        if (_order.IsComplete)
        {
            lock (Gate)
            {
                _isWhole = true;
            }

            _responseBody.End();
            EndReceive();
        }
    }

    /// <summary>A file that must not be sent is not opened: the app is told what it did wrong, not that a file is missing.</summary>
    private FileBody? OpenIfOffered(GatewayEvent message) => message switch
    {
        HttpResponsePathSend when (Offered & OfferedExtensions.PathSend) == 0 => null,
        HttpResponseZeroCopySend when (Offered & OfferedExtensions.ZeroCopySend) == 0 => null,
        _ => FileBody.Open(message),
    };

    private void Hint(HttpResponseEarlyHint hint)
    {
        if (_headGiven)
        {
            return;
        }

        IReadOnlyList<string> links = [.. hint.Links.Select(link => Encoding.Latin1.GetString(link.Span))];
        _seen.AddEarlyHint(links);
        Options.OnEarlyHint?.Invoke(_request, links);
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        GiveHead();
        if (!_order.IsBodiless)
        {
            await WriteBytesAsync(bytes).ConfigureAwait(false);
        }
    }

    private async ValueTask WriteBytesAsync(ReadOnlyMemory<byte> bytes)
    {
        if (!await _responseBody.WriteAsync(bytes).ConfigureAwait(false))
        {
            Disconnect();
            throw new ClientDisconnectedException();
        }
    }

    private async ValueTask WriteFileAsync(FileBody file)
    {
        GiveHead();
        byte[] chunk = new byte[FileChunk];
        while (!_order.IsBodiless && file.Read(chunk) is > 0 and int read)
        {
            await WriteBytesAsync(chunk.AsMemory(0, read)).ConfigureAwait(false);
        }
    }

    /// <summary>The head leaves with the first body event, not before: until then the response can still become a 500.</summary>
    private void GiveHead()
    {
        if (!_headGiven)
        {
            _headGiven = true;
            _response.TrySetResult(ResponseMessages.Of(_request, _order.Head!, _order.FramedLength, new ResponseStream(this, _responseBody)));
        }
    }

    private void AddTrailers(HeaderList trailers)
    {
        // The client has the response, and may look at them once it has read the end of the body, which comes after this.
        HttpResponseMessage response = _response.Task.Result;
        foreach (Header trailer in trailers)
        {
            response.TrailingHeaders.TryAddWithoutValidation(trailer.NameText, trailer.ValueText);
        }
    }
}
