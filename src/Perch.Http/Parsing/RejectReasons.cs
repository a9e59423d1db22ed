namespace Perch.Http.Parsing;

/// <summary>The table behind <see cref="RejectReason"/>.</summary>
internal static class RejectReasons
{
    private readonly record struct Row(int Status, string Tag, string Text);

    private static readonly string[] Names = Enum.GetNames<RejectReason>();

    private static readonly Row[] Rows = Build();

    /// <summary>The number of reasons, with <see cref="RejectReason.None"/>: the length of an array that is indexed by reason.</summary>
    internal static int Count => Rows.Length;

    /// <summary>The status code that the RFC names for it.</summary>
    internal static int StatusCode(this RejectReason reason) => Rows[(int)reason].Status;

    /// <summary>A short sentence for the client. It repeats nothing of what the client sent.</summary>
    internal static string Text(this RejectReason reason) => Rows[(int)reason].Text;

    /// <summary>The name in logs.</summary>
    internal static string Name(this RejectReason reason) => Names[(int)reason];

    /// <summary>The value of the metric tag, in snake case.</summary>
    internal static string Tag(this RejectReason reason) => Rows[(int)reason].Tag;

    private static Row Describe(RejectReason reason) => reason switch
    {
        RejectReason.None => new(200, "none", ""),

        RejectReason.LeadingEmptyLines => new(400, "leading_empty_lines", "Too many empty lines before the request."),
        RejectReason.LeadingWhitespace => new(400, "leading_whitespace", "White space before the request line."),
        RejectReason.InvalidMethod => new(400, "invalid_method", "The method is not a token."),
        RejectReason.InvalidTarget => new(400, "invalid_target", "The request target is not valid."),
        RejectReason.TargetFormMismatch => new(400, "target_form_mismatch", "The form of the request target does not fit the method."),
        RejectReason.MissingVersion => new(400, "missing_version", "The request line has no HTTP version."),
        RejectReason.InvalidVersion => new(400, "invalid_version", "The HTTP version is not valid."),
        RejectReason.UnsupportedVersion => new(505, "unsupported_version", "This HTTP version is not supported."),
        RejectReason.RequestLineTooLong => new(414, "request_line_too_long", "The request line is too long."),

        RejectReason.BareLineFeed => new(400, "bare_line_feed", "A line ends without a carriage return."),
        RejectReason.BareCarriageReturn => new(400, "bare_carriage_return", "A carriage return without a line feed."),
        RejectReason.ObsoleteLineFolding => new(400, "obsolete_line_folding", "A folded header line."),
        RejectReason.WhitespaceBeforeColon => new(400, "whitespace_before_colon", "White space between a header name and its colon."),
        RejectReason.EmptyFieldName => new(400, "empty_field_name", "A header has no name."),
        RejectReason.InvalidFieldName => new(400, "invalid_field_name", "A header name is not a token."),
        RejectReason.InvalidFieldValue => new(400, "invalid_field_value", "A control character in a header value."),
        RejectReason.HeadTooLarge => new(431, "head_too_large", "The request headers are too large."),
        RejectReason.TooManyFields => new(431, "too_many_fields", "The request has too many headers."),

        RejectReason.MissingHost => new(400, "missing_host", "The Host header is missing."),
        RejectReason.RepeatedHost => new(400, "repeated_host", "More than one Host header."),
        RejectReason.InvalidHost => new(400, "invalid_host", "The Host header is not valid."),
        RejectReason.InvalidContentLength => new(400, "invalid_content_length", "The Content-Length is not a number."),
        RejectReason.DifferingContentLengths => new(400, "differing_content_lengths", "Content-Lengths that differ."),
        RejectReason.InvalidTransferEncoding => new(400, "invalid_transfer_encoding", "The Transfer-Encoding is not exactly chunked."),
        RejectReason.UnsupportedTransferCoding => new(501, "unsupported_transfer_coding", "This transfer coding is not supported."),
        RejectReason.TransferEncodingWithContentLength =>
            new(400, "transfer_encoding_with_content_length", "Both Transfer-Encoding and Content-Length."),
        RejectReason.UnsupportedExpectation => new(417, "unsupported_expectation", "This expectation is not supported."),

        RejectReason.InvalidChunkSize => new(400, "invalid_chunk_size", "A chunk size is not valid."),
        RejectReason.InvalidChunkExtension => new(400, "invalid_chunk_extension", "A chunk extension is not valid."),
        RejectReason.ChunkExtensionsTooLarge => new(413, "chunk_extensions_too_large", "The chunk extensions are too large."),
        RejectReason.InvalidChunkEnd => new(400, "invalid_chunk_end", "A chunk does not end with its line end."),
        RejectReason.TrailersTooLarge => new(431, "trailers_too_large", "The trailers are too large."),
        RejectReason.BodyTooLarge => new(413, "body_too_large", "The request body is too large."),

        RejectReason.HandshakeMethod => new(400, "handshake_method", "The WebSocket handshake is not a GET request."),
        RejectReason.HandshakeBody => new(400, "handshake_body", "A WebSocket handshake has no body."),
        RejectReason.HandshakeVersion => new(426, "handshake_version", "The Sec-WebSocket-Version must be 13."),
        RejectReason.HandshakeSubprotocols => new(400, "handshake_subprotocols", "The Sec-WebSocket-Protocol is not a list of tokens."),
        RejectReason.HandshakeExtensions => new(400, "handshake_extensions", "The Sec-WebSocket-Extensions is not a list of extensions."),
        RejectReason.HandshakeKey => new(400, "handshake_key", "The Sec-WebSocket-Key is not 16 bytes in base64."),

        RejectReason.TruncatedHead => new(400, "truncated_head", "The connection ended inside the request's head."),
        RejectReason.TruncatedBody => new(400, "truncated_body", "The connection ended inside the request's body."),
        RejectReason.HeadTimeout => new(408, "head_timeout", "The request's head took too long."),
        RejectReason.BodyTimeout => new(408, "body_timeout", "The request's body took too long."),
        RejectReason.BodyTooSlow => new(408, "body_too_slow", "The request's body arrives too slowly."),
        RejectReason.TooManyConnections => new(503, "too_many_connections", "Too many connections."),
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };

    private static Row[] Build() => Array.ConvertAll(Enum.GetValues<RejectReason>(), Describe);
}
