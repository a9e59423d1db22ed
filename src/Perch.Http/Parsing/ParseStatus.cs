namespace Perch.Http.Parsing;

/// <summary>How far a parser came. Partial input is a state, never an exception.</summary>
internal enum ParseStatus : byte
{
    /// <summary>All that came is right, and it is not the whole.</summary>
    NeedMore = 0,

    /// <summary>The element is complete.</summary>
    Done,

    /// <summary>No continuation of these bytes can be right. The connection is to be closed: where the next message starts is
    /// unknown.</summary>
    Rejected,
}
