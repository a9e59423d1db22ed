namespace Perch.Http.Parsing;

/// <summary>The methods of RFC 9110 9.3 and RFC 5789; any other token is <see cref="Other"/>.</summary>
internal enum KnownMethod : byte
{
    Other = 0,
    Get,
    Head,
    Post,
    Put,
    Delete,
    Connect,
    Options,
    Trace,
    Patch,
}
