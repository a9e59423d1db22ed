using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Perch;

/// <summary>
/// Reads the body of an HTTP request. A body can be read once: after its end <see cref="Receive"/> waits for the client to leave, so
/// a second read does not return.
/// </summary>
/// <remarks>
/// All of them throw <see cref="ClientDisconnectedException"/> if the client leaves before the end of the body, and
/// <see cref="GatewayProtocolException"/> in a scope that is not HTTP. A cancelled read leaves its <c>receive</c> under way: nothing can be
/// received after it.
/// </remarks>
public static class ReceiveExtensions
{
    /// <summary>The limit of a body where none is given, in bytes: 30,000,000, as Kestrel's <c>MaxRequestBodySize</c>.</summary>
    public const long DefaultMaxBytes = 30_000_000;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);

    /// <summary>Reads the whole body into memory of its own.</summary>
    /// <param name="receive">The app's <c>receive</c>, before the body's first event.</param>
    /// <param name="maxBytes">The limit in bytes. Defaults to 30,000,000, as Kestrel's <c>MaxRequestBodySize</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The bytes; empty if there is no body.</returns>
    /// <exception cref="RequestRejectedException">The body is larger than the limit (413, RFC 9110 §15.5.14).</exception>
    /// <exception cref="ClientDisconnectedException">The client left before the end.</exception>
    public static async ValueTask<byte[]> ReadBodyAsync(
        this Receive receive, long maxBytes = DefaultMaxBytes, CancellationToken cancellationToken = default)
    {
        using CollectedBody body = await CollectAsync(receive, maxBytes, cancellationToken).ConfigureAwait(false);
        return body.Bytes.ToArray();
    }

    /// <summary>Reads the whole body as text; a byte order mark is left out.</summary>
    /// <param name="receive">The app's <c>receive</c>, before the body's first event.</param>
    /// <param name="encoding">The encoding. Defaults to null: UTF-8, where bytes that are none are refused.</param>
    /// <param name="maxBytes">The limit in bytes. Defaults to 30,000,000, as Kestrel's <c>MaxRequestBodySize</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RequestRejectedException">The body is larger than the limit (413), or not text of the encoding (400).</exception>
    /// <exception cref="ClientDisconnectedException">The client left before the end.</exception>
    public static async ValueTask<string> ReadTextAsync(
        this Receive receive, Encoding? encoding = null, long maxBytes = DefaultMaxBytes, CancellationToken cancellationToken = default)
    {
        using CollectedBody body = await CollectAsync(receive, maxBytes, cancellationToken).ConfigureAwait(false);
        return Decode(body.Bytes.Span, encoding ?? StrictUtf8);
    }

    /// <summary>Reads the whole body as JSON.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="receive">The app's <c>receive</c>, before the body's first event.</param>
    /// <param name="typeInfo">How the type is read: a property of a source-generated <c>JsonSerializerContext</c>.</param>
    /// <param name="maxBytes">The limit in bytes. Defaults to 30,000,000, as Kestrel's <c>MaxRequestBodySize</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The value; null if the body is JSON's <c>null</c>.</returns>
    /// <exception cref="RequestRejectedException">
    /// The body is larger than the limit (413), or not JSON of this type (400; an empty body, too).
    /// </exception>
    /// <exception cref="ClientDisconnectedException">The client left before the end.</exception>
    public static async ValueTask<T?> ReadJsonAsync<T>(
        this Receive receive, JsonTypeInfo<T> typeInfo, long maxBytes = DefaultMaxBytes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        using CollectedBody body = await CollectAsync(receive, maxBytes, cancellationToken).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize(WithoutMark(body.Bytes.Span, StrictUtf8), typeInfo);
        }
        catch (JsonException exception)
        {
            throw new RequestRejectedException(400, "The request body is not the JSON that is expected here.", exception);
        }
    }

    /// <summary>Reads the whole body as the fields of a form (<c>application/x-www-form-urlencoded</c>).</summary>
    /// <param name="receive">The app's <c>receive</c>, before the body's first event.</param>
    /// <param name="maxBytes">The limit in bytes. Defaults to 30,000,000, as Kestrel's <c>MaxRequestBodySize</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The fields; whether <c>content-type</c> says that they are some is the app's to look at.</returns>
    /// <exception cref="RequestRejectedException">The body is larger than the limit (413).</exception>
    /// <exception cref="ClientDisconnectedException">The client left before the end.</exception>
    public static async ValueTask<QueryParameters> ReadFormAsync(
        this Receive receive, long maxBytes = DefaultMaxBytes, CancellationToken cancellationToken = default)
    {
        using CollectedBody body = await CollectAsync(receive, maxBytes, cancellationToken).ConfigureAwait(false);
        return QueryParameters.Parse(body.Bytes.Span);
    }

    /// <summary>Reads the body part by part, of any size; parts without a byte are left out.</summary>
    /// <param name="receive">The app's <c>receive</c>, before the body's first event.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The parts. The memory of one is valid until the next is asked for: what is to be kept is copied.</returns>
    /// <exception cref="ClientDisconnectedException">The client left before the end.</exception>
    public static IAsyncEnumerable<ReadOnlyMemory<byte>> ReadChunksAsync(this Receive receive, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(receive);
        return ReadChunksCoreAsync(receive, cancellationToken);
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadChunksCoreAsync(
        Receive receive, [EnumeratorCancellation] CancellationToken cancellation)
    {
        bool more;
        do
        {
            HttpRequestBody part = await BodyParts.NextAsync(receive, cancellation).ConfigureAwait(false);

            // Read before the part is handed out: a host renews this very event for the next one.
            more = part.MoreBody;
            if (!part.Body.IsEmpty)
            {
                yield return part.Body;
            }
        }
        while (more);
    }

    private static ValueTask<CollectedBody> CollectAsync(Receive receive, long maxBytes, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(receive);
        ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
        return CollectedBody.ReadAsync(receive, maxBytes, cancellation);
    }

    private static string Decode(ReadOnlySpan<byte> bytes, Encoding encoding)
    {
        try
        {
            return encoding.GetString(WithoutMark(bytes, encoding));
        }
        catch (DecoderFallbackException exception)
        {
            throw new RequestRejectedException(400, $"The request body is not {encoding.WebName} text.", exception);
        }
    }

    // RFC 8259 §8.1 lets a parser of JSON ignore the mark; in text it is no character of the sender's.
    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> bytes, Encoding encoding)
    {
        ReadOnlySpan<byte> mark = encoding.Preamble;
        return !mark.IsEmpty && bytes.StartsWith(mark) ? bytes[mark.Length..] : bytes;
    }
}
