namespace Perch.Http.Parsing;

/// <summary>
/// A parsed head: positions in the caller's buffer and the facts of its framing. The caller owns it, sets it to <c>default</c> before
/// each head, and hands the same one in again when more bytes of that head came.
/// </summary>
internal struct RequestHead
{
    /// <summary>The first byte of a field line that was not read to its end; zero while the request line is not complete.</summary>
    internal int Position;

    /// <summary>The field lines whose meaning is in <see cref="Facts"/>, when the head came in parts.</summary>
    internal int CheckedFields;

    /// <summary>The entries in the caller's table.</summary>
    internal int FieldCount;

    internal KnownMethod Method;

    internal TargetForm TargetForm;

    internal HeadFacts Facts;

    private long _contentLengthPlusOne;

    internal ByteRange MethodRange;

    /// <summary>The target as it came in.</summary>
    internal ByteRange Target;

    /// <summary>
    /// The path and the query of the target. The path of an absolute-form target may be empty, and then means "/"
    /// (RFC 9110 4.2.3). Empty for the authority and the asterisk form.
    /// </summary>
    internal ByteRange PathAndQuery;

    /// <summary>
    /// The host and port: of the target in absolute and authority form, otherwise of the Host line; empty where the line is empty or,
    /// in HTTP/1.0, missing.
    /// </summary>
    internal ByteRange Host;

    /// <summary>The Content-Length, or -1 where there is none.</summary>
    internal long ContentLength
    {
        readonly get => _contentLengthPlusOne - 1;
        set => _contentLengthPlusOne = value + 1;
    }

    internal readonly bool Has(HeadFacts facts) => (Facts & facts) != 0;

    /// <summary>RFC 9112 6.3: a request without Transfer-Encoding and Content-Length has no body.</summary>
    internal readonly bool HasBody => Has(HeadFacts.Chunked) || _contentLengthPlusOne > 1;

    /// <summary>
    /// RFC 9112 9.3: whether the connection may carry another request. A Transfer-Encoding in HTTP/1.0 means no: the peer may be one that
    /// does not know the coding, so the framing counts as faulty and the connection closes after the response (RFC 9112 6.1).
    /// </summary>
    internal readonly bool AllowsKeepAlive =>
        (Facts & (HeadFacts.Close | HeadFacts.Http10)) == 0
        || (Facts & (HeadFacts.Close | HeadFacts.KeepAlive | HeadFacts.HasTransferEncoding)) == HeadFacts.KeepAlive;
}
