using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Perch;

/// <summary>
/// Sends whole HTTP responses. All of them may be used for HEAD as for GET: they declare the length that GET would have, and the body
/// stays behind (RFC 9110 §9.3.2).
/// </summary>
/// <remarks>
/// A <c>content-type</c> or <c>content-length</c> among the given headers stands instead of the helper's own. With status 204, 205 and 304
/// neither is added (RFC 9110 §8.6). Errors are those of <see cref="Send"/>: a <see cref="GatewayProtocolException"/> for a status or
/// header that cannot be sent, a <see cref="ClientDisconnectedException"/> once the client has left.
/// </remarks>
public static partial class SendExtensions
{
    /// <summary>Sends text as UTF-8.</summary>
    /// <param name="send">The app's <c>send</c>, before the response has started.</param>
    /// <param name="text">The text.</param>
    /// <param name="status">The status code. Defaults to 200.</param>
    /// <param name="contentType">The media type. Defaults to <c>text/plain; charset=utf-8</c>.</param>
    /// <param name="headers">More headers. Defaults to none.</param>
    public static ValueTask TextAsync(
        this Send send, string text, int status = 200, string contentType = "text/plain; charset=utf-8", HeaderList? headers = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        return BytesAsync(send, Encoding.UTF8.GetBytes(text), contentType, status, headers);
    }

    /// <summary>Sends a value as JSON.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="send">The app's <c>send</c>, before the response has started.</param>
    /// <param name="value">The value.</param>
    /// <param name="typeInfo">How the type is written: a property of a source-generated <c>JsonSerializerContext</c>.</param>
    /// <param name="status">The status code. Defaults to 200.</param>
    /// <param name="headers">More headers. Defaults to none.</param>
    /// <remarks>The media type is <c>application/json</c>, which has no charset parameter (RFC 8259 §11).</remarks>
    public static ValueTask JsonAsync<T>(this Send send, T value, JsonTypeInfo<T> typeInfo, int status = 200, HeaderList? headers = null)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        return BytesAsync(send, JsonSerializer.SerializeToUtf8Bytes(value, typeInfo), "application/json", status, headers);
    }

    /// <summary>Sends bytes.</summary>
    /// <param name="send">The app's <c>send</c>, before the response has started.</param>
    /// <param name="bytes">The body. It is not copied and must stay unchanged until the task has ended.</param>
    /// <param name="contentType">The media type. Defaults to <c>application/octet-stream</c>.</param>
    /// <param name="status">The status code. Defaults to 200.</param>
    /// <param name="headers">More headers. Defaults to none.</param>
    public static async ValueTask BytesAsync(
        this Send send, ReadOnlyMemory<byte> bytes, string contentType = "application/octet-stream", int status = 200, HeaderList? headers = null)
    {
        ArgumentNullException.ThrowIfNull(send);
        ArgumentNullException.ThrowIfNull(contentType);
        await send(ResponseParts.Start(status, headers, contentType, bytes.Length)).ConfigureAwait(false);
        await send(bytes.IsEmpty ? HttpResponseBody.Empty : new HttpResponseBody(bytes)).ConfigureAwait(false);
    }

    /// <summary>Sends a response without a body: a status and headers.</summary>
    /// <param name="send">The app's <c>send</c>, before the response has started.</param>
    /// <param name="status">The status code: 204, say.</param>
    /// <param name="headers">The headers. Defaults to none.</param>
    public static async ValueTask StatusAsync(this Send send, int status, HeaderList? headers = null)
    {
        ArgumentNullException.ThrowIfNull(send);
        await send(ResponseParts.Start(status, headers, contentType: null, 0)).ConfigureAwait(false);
        await send(HttpResponseBody.Empty).ConfigureAwait(false);
    }

    /// <summary>Sends the client to another place.</summary>
    /// <param name="send">The app's <c>send</c>, before the response has started.</param>
    /// <param name="location">
    /// The place, a URI reference (RFC 9110 §10.2.2). What a URI cannot hold (spaces, quotes, backslashes, characters outside ASCII) is
    /// percent-encoded as UTF-8; what is encoded already stays as it is.
    /// </param>
    /// <param name="status">
    /// 301, 302, 303, 307 or 308. Defaults to 303 (RFC 9110 §15.4.4): the client comes back with GET, whatever it came with. 307 and 308
    /// have it repeat its request.
    /// </param>
    /// <param name="headers">More headers. Defaults to none.</param>
    /// <exception cref="ArgumentException">The location is empty, or has a control character or half a surrogate pair.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The status is not one of a redirection to another place.</exception>
    public static ValueTask RedirectAsync(this Send send, string location, int status = 303, HeaderList? headers = null)
    {
        if (status is not (301 or 302 or 303 or 307 or 308))
        {
            throw new ArgumentOutOfRangeException(nameof(status), status, "A redirection has the status 301, 302, 303, 307 or 308.");
        }

        Header place = ("location", LocationText.Encode(location));
        return StatusAsync(send, status, [place, .. headers ?? HeaderList.Empty]);
    }
}
