namespace Perch.Http.Parsing;

/// <summary>
/// What a parser says about the bytes it was given. One word, put together by arithmetic: a struct of small fields goes through memory in
/// pieces on its way to the caller, who then waits for the last piece.
/// </summary>
internal readonly record struct ParseResult
{
    private readonly ulong _word;

    private ParseResult(ParseStatus status, RejectReason reason, int consumed) =>
        _word = (uint)status | ((uint)reason << 8) | ((ulong)(uint)consumed << 32);

    /// <summary>How far it came.</summary>
    internal ParseStatus Status => (ParseStatus)(byte)_word;

    /// <summary>Why not, when <see cref="ParseStatus.Rejected"/>.</summary>
    internal RejectReason Reason => (RejectReason)(byte)(_word >> 8);

    /// <summary>The bytes of the input that are dealt with; zero unless <see cref="ParseStatus.Done"/>.</summary>
    internal int Consumed => (int)(_word >> 32);

    internal static ParseResult NeedMore => default;

    internal static ParseResult Done(int consumed) => new(ParseStatus.Done, RejectReason.None, consumed);

    internal static ParseResult Reject(RejectReason reason) => new(ParseStatus.Rejected, reason, 0);
}
