namespace Perch.Http.Engine;

/// <summary>llhttp's <c>llhttp_errno_t</c>, those that the head of a request can have. Its numbers are the same in all versions.</summary>
internal enum LlhttpError
{
    /// <summary>HPE_OK: the head has no end yet.</summary>
    None = 0,

    Strict = 2,
    LineFeedExpected = 3,
    UnexpectedContentLength = 4,
    InvalidMethod = 6,
    InvalidUrl = 7,
    InvalidConstant = 8,
    InvalidVersion = 9,
    InvalidHeaderToken = 10,
    InvalidContentLength = 11,
    InvalidTransferEncoding = 15,

    /// <summary>HPE_PAUSED: the callback for the end of the head has said so.</summary>
    HeadComplete = 21,

    /// <summary>HPE_PAUSED_H2_UPGRADE: the preface of HTTP/2.</summary>
    Http2 = 23,

    /// <summary>HPE_USER: the callback for a field has no room in the table.</summary>
    TableFull = 24,

    CarriageReturnExpected = 25,
    UnexpectedSpace = 30,
}
