namespace Perch.Http.Parsing;

/// <summary>The fields that matter for framing and for the connection. The value of each is the length of its name.</summary>
internal enum FramingField
{
    None = 0,
    Te = 2,
    Host = 4,
    Expect = 6,
    Upgrade = 7,
    Connection = 10,
    ContentLength = 14,
    TransferEncoding = 17,
}
