namespace Perch;

public static partial class SendExtensions
{
    /// <summary>
    /// Sends a file: whole (200), a part of it (206), or word that the client has it already (304), as the request asks. To GET and HEAD it
    /// answers conditional requests (RFC 9110 §13) and, to GET, a single byte range (§14); several ranges are answered with the whole file,
    /// as §14.2 allows.
    /// </summary>
    /// <param name="send">The app's <c>send</c>, before the response has started.</param>
    /// <param name="scope">
    /// The request. Where it offers <c>http.response.zerocopysend</c> or <c>http.response.pathsend</c>, the host sends the bytes.
    /// </param>
    /// <param name="path">The path of the file, as the app means it: nothing keeps it below a directory.</param>
    /// <param name="contentType">The media type. Defaults to null: by the file's extension, else <c>application/octet-stream</c>.</param>
    /// <param name="headers">
    /// More headers. Defaults to none. <c>etag</c> and <c>last-modified</c> stand instead of the file's own; <c>content-length</c> and
    /// <c>content-range</c> are the helper's.
    /// </param>
    /// <param name="timeProvider">The clock, for dates that lie in the future. Defaults to null: the system's.</param>
    /// <param name="cancellationToken">
    /// Ends the response early, with an <see cref="OperationCanceledException"/>: the host then aborts it.
    /// </param>
    /// <remarks>
    /// The entity tag is made of the time of the last write and the length. It is a strong one: a file that is written twice, with the same
    /// length, within its file system's resolution of time needs an <c>etag</c> of the app's. An <c>if-match</c> or
    /// <c>if-unmodified-since</c> that fails gives 412, a range beyond the end 416.
    /// </remarks>
    /// <exception cref="IOException">
    /// The file cannot be opened (<see cref="FileNotFoundException"/>, <see cref="DirectoryNotFoundException"/>): nothing has been sent,
    /// and the app can answer 404. Or it cannot be read to its end: the response has started.
    /// </exception>
    /// <exception cref="UnauthorizedAccessException">The path is a directory's, or may not be read. Nothing has been sent.</exception>
    /// <exception cref="ClientDisconnectedException">The client left.</exception>
    public static async ValueTask FileAsync(
        this Send send, HttpScope scope, string path, string? contentType = null, HeaderList? headers = null,
        TimeProvider? timeProvider = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(send);
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileSource file = FileSource.Open(path);
        var validators = FileValidators.Of(file, headers, (timeProvider ?? TimeProvider.System).GetUtcNow());
        FileAnswer answer = FileAnswer.To(scope, validators, file.Length);
        await send(FileHead.Of(answer, validators, file.Length, contentType ?? ContentTypes.OfFile(path), headers)).ConfigureAwait(false);
        if (answer.Count == 0 || scope.Method == "HEAD")
        {
            await send(HttpResponseBody.Empty).ConfigureAwait(false);
        }
        else if (scope.Offers(ExtensionNames.ZeroCopySend))
        {
            await send(new HttpResponseZeroCopySend(file.Handle, answer.Offset, answer.Count)).ConfigureAwait(false);
        }
        else if (answer.Status == 200 && scope.Offers(ExtensionNames.PathSend))
        {
            await send(new HttpResponsePathSend(Path.GetFullPath(path))).ConfigureAwait(false);
        }
        else
        {
            await file.CopyAsync(send, answer.Offset, answer.Count, StreamBuffer, cancellationToken).ConfigureAwait(false);
        }
    }
}
