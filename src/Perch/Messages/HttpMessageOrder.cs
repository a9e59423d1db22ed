namespace Perch.Messages;

/// <summary>
/// The order of the messages of one HTTP request, and whether the bytes they carry agree with what they declare. A message that is
/// refused changes nothing: the app may go on as if it had not been sent.
/// </summary>
internal sealed class HttpMessageOrder
{
    // The states, in the order of the table's rows.
    private const byte Initial = 0;
    private const byte DebugSent = 1;
    private const byte Started = 2;
    private const byte StartedWithTrailers = 3;
    private const byte Streaming = 4;
    private const byte StreamingWithTrailers = 5;
    private const byte AwaitingTrailers = 6;
    private const byte Complete = 7;
    private const byte X = MessageTable.Refused;

    /// <summary>The table. ASGI HTTP 2.5, "Response Start" and "Response Body", and the extensions' own rules.</summary>
    internal static readonly MessageTable Table = new(
        "http",
        ["initial", "debug sent", "started", "started, trailers to come", "streaming", "streaming, trailers to come", "awaiting trailers", "complete"],
        [
            "http.response.debug", "http.response.start", "http.response.start (trailers)", "http.response.early_hint",
            "http.response.body (more_body)", "http.response.body", "http.response.zerocopysend (more_body)", "http.response.zerocopysend",
            "http.response.pathsend", "http.response.trailers (more_trailers)", "http.response.trailers", "perch.http.response",
        ],
        [
            //                            debug      start    start+trailers       early hint             body+                  body              zerocopy+              zerocopy          pathsend          trailers+         trailers  full
            /* initial             */     DebugSent, Started, StartedWithTrailers, Initial,               X,                     X,                X,                     X,                X,                X,                X,        Complete,
            /* debug sent          */     X,         Started, StartedWithTrailers, DebugSent,             X,                     X,                X,                     X,                X,                X,                X,        Complete,
            /* started             */     X,         X,       X,                   Started,               Streaming,             Complete,         Streaming,             Complete,         Complete,         X,                X,        X,
            /* started, trailers   */     X,         X,       X,                   StartedWithTrailers,   StreamingWithTrailers, AwaitingTrailers, StreamingWithTrailers, AwaitingTrailers, AwaitingTrailers, X,                X,        X,
            /* streaming           */     X,         X,       X,                   Streaming,             Streaming,             Complete,         Streaming,             Complete,         X,                X,                X,        X,
            /* streaming, trailers */     X,         X,       X,                   StreamingWithTrailers, StreamingWithTrailers, AwaitingTrailers, StreamingWithTrailers, AwaitingTrailers, X,                X,                X,        X,
            /* awaiting trailers   */     X,         X,       X,                   X,                     X,                     X,                X,                     X,                X,                AwaitingTrailers, Complete, X,
            /* complete            */     X,         X,       X,                   X,                     X,                     X,                X,                     X,                X,                X,                X,        X,
        ]);

    /// <summary>The extension that the scope must offer for each message, in the order of the table's columns.</summary>
    private static readonly OfferedExtensions[] Needed =
    [
        OfferedExtensions.Debug, OfferedExtensions.None, OfferedExtensions.Trailers, OfferedExtensions.EarlyHint,
        OfferedExtensions.None, OfferedExtensions.None, OfferedExtensions.ZeroCopySend, OfferedExtensions.ZeroCopySend,
        OfferedExtensions.PathSend, OfferedExtensions.Trailers, OfferedExtensions.Trailers, OfferedExtensions.FullResponse,
    ];

    private static readonly byte[] LinkName = "link"u8.ToArray();

    private OfferedExtensions _offered;
    private long _sent;
    private byte _state;
    private bool _isHead;

    /// <summary>The head of the response, once it has been sent by the app.</summary>
    internal ResponseHead? Head { get; private set; }

    /// <summary>The app has started its response.</summary>
    internal bool HasStarted => _state >= Started;

    /// <summary>A body event has been accepted: the head is on its way, if the host could send it.</summary>
    internal bool HasBody => _state >= Streaming;

    /// <summary>The response is whole.</summary>
    internal bool IsComplete => _state == Complete;

    /// <summary>All that is missing is the trailers.</summary>
    internal bool IsAwaitingTrailers => _state == AwaitingTrailers;

    /// <summary>
    /// The response has no body on the wire, whatever the app sends: to HEAD (RFC 9110 §9.3.2), and with status 204, 205 or 304
    /// (§15.3.5, §15.3.6, §15.4.5). Body bytes are dropped and not compared with content-length, which then describes another response.
    /// </summary>
    internal bool IsBodiless => _isHead || Head!.StatusForbidsBody;

    /// <summary>The length to declare on the wire, if it is known by the first body event; null leaves the framing to the host.</summary>
    internal long? FramedLength { get; private set; }

    /// <summary>The name of the state, for logs and errors.</summary>
    internal string StateName => Table.States[_state];

    /// <summary>Begins the next request.</summary>
    /// <param name="isHead">Whether its method is HEAD.</param>
    /// <param name="offered">What its scope offers.</param>
    internal void Begin(bool isHead, OfferedExtensions offered)
    {
        _state = Initial;
        _sent = 0;
        _isHead = isHead;
        _offered = offered;
        Head = null;
        FramedLength = null;
    }

    /// <summary>The request is over: what an app has kept of it sends nothing more.</summary>
    internal void End() => _state = Complete;

    /// <summary>Takes a message, or refuses it.</summary>
    /// <param name="message">What the app sent.</param>
    /// <param name="fileLength">The number of body bytes, of a message that names a file.</param>
    /// <exception cref="GatewayProtocolException">The message is refused.</exception>
    internal void Accept(GatewayEvent message, long fileLength = 0)
    {
        (byte column, long length) = message switch
        {
            HttpResponseBody body => (body.MoreBody ? (byte)4 : (byte)5, body.Body.Length),
            HttpResponseStart start => (start.Trailers ? (byte)2 : (byte)1, 0L),
            HttpFullResponse full => ((byte)11, full.Body.Length),
            _ => (ColumnOf(message), fileLength),
        };

        byte next = NextOf(column);
        switch (message)
        {
            case HttpResponseStart start:
                start.Head.Check(EventKind.HttpResponseStart);
                Head = start.Head;
                break;
            case HttpFullResponse full:
                full.Head.Check(EventKind.HttpFullResponse);
                CountBody(full.Head, length, isFirst: true, isLast: true, trailers: false);
                Head = full.Head;
                break;
            case HttpResponseTrailers trailers:
                CheckTrailers(trailers.Headers);
                break;
            case HttpResponseEarlyHint hint:
                CheckLinks(hint);
                break;
            case HttpResponseDebug:
                break;
            default:
                CountBody(Head!, length, _state < Streaming, next >= AwaitingTrailers, next == AwaitingTrailers);
                break;
        }

        _state = next;
    }

    /// <summary>Refuses a message that names a file and is out of order, before the file is opened.</summary>
    /// <exception cref="GatewayProtocolException">The message is refused.</exception>
    internal void CheckOrder(GatewayEvent message) => NextOf(ColumnOf(message));

    private byte NextOf(byte column)
    {
        byte next = Table.Next(_state, column);
        if (next == X)
        {
            throw Table.OutOfOrder(_state, column);
        }

        if ((Needed[column] & ~_offered) != 0)
        {
            throw new GatewayProtocolException(
                $"{Table.Messages[column]}: the extension {ExtensionNames.Of(Needed[column])} is not offered here; look in scope.Extensions first.");
        }

        return next;
    }

    /// <summary>The column of a message that is not among the most frequent ones.</summary>
    private static byte ColumnOf(GatewayEvent? message) => message switch
    {
        HttpResponseDebug => 0,
        HttpResponseEarlyHint => 3,
        HttpResponseZeroCopySend { MoreBody: true } => 6,
        HttpResponseZeroCopySend => 7,
        HttpResponsePathSend => 8,
        HttpResponseTrailers { MoreTrailers: true } => 9,
        HttpResponseTrailers => 10,
        _ => throw Table.NotAMessage(message),
    };

    /// <summary>
    /// RFC 9110 §8.6 and RFC 9112 §6.3: a message with more or fewer bytes than its Content-Length is wrongly framed, and what
    /// follows it on the connection would be read as part of it, or it as part of that.
    /// </summary>
    private void CountBody(ResponseHead head, long length, bool isFirst, bool isLast, bool trailers)
    {
        if (_isHead || head.StatusForbidsBody)
        {
            if (isFirst)
            {
                FramedLength = head.Status switch
                {
                    // RFC 9110 §8.6: no Content-Length with 204. §15.3.6: 205 is framed as having none of its content.
                    204 => null,
                    205 => 0,
                    304 => head.ContentLength,

                    // HEAD says the length that GET would have had; an app that sends the body tells it.
                    _ => head.ContentLength ?? (isLast && length > 0 && !trailers ? length : null),
                };
            }

            return;
        }

        long sent = _sent + length;
        if (head.ContentLength is { } declared)
        {
            if (sent > declared)
            {
                throw new GatewayProtocolException($"The body is longer than the declared content-length: {sent} bytes of {declared}.");
            }

            if (isLast && sent < declared)
            {
                throw new GatewayProtocolException($"The body is shorter than the declared content-length: {sent} bytes of {declared}.");
            }
        }

        _sent = sent;
        if (isFirst)
        {
            FramedLength = head.ContentLength ?? (isLast && !trailers ? length : null);
        }
    }

    private static void CheckTrailers(HeaderList trailers)
    {
        HeaderRules.CheckAll(trailers, "http.response.trailers");
        foreach (Header trailer in trailers)
        {
            // RFC 9110 §6.5.1: fields that frame or route the message cannot be trailers.
            ReadOnlySpan<byte> name = trailer.Name.Span;
            if (HeaderRules.IsConnectionSpecific(name) || HeaderRules.Is(name, "content-length"u8) || HeaderRules.Is(name, "host"u8)
                || HeaderRules.Is(name, "trailer"u8))
            {
                throw new GatewayProtocolException($"http.response.trailers: '{trailer.NameText}' cannot be a trailer (RFC 9110 §6.5.1).");
            }
        }
    }

    private static void CheckLinks(HttpResponseEarlyHint hint)
    {
        foreach (ReadOnlyMemory<byte> link in hint.Links)
        {
            HeaderRules.Check(new Header(LinkName, link), "http.response.early_hint");
        }
    }
}
