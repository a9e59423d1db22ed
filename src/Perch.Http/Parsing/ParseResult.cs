namespace Perch.Http.Parsing;

/// <summary>What a parser says about the bytes it was given.</summary>
/// <param name="Status">How far it came.</param>
/// <param name="Reason">Why not, when <see cref="ParseStatus.Rejected"/>.</param>
/// <param name="Consumed">The bytes of the input that are dealt with; zero unless <see cref="ParseStatus.Done"/>.</param>
internal readonly record struct ParseResult(ParseStatus Status, RejectReason Reason, int Consumed)
{
    internal static ParseResult NeedMore => default;

    internal static ParseResult Done(int consumed) => new(ParseStatus.Done, RejectReason.None, consumed);

    internal static ParseResult Reject(RejectReason reason) => new(ParseStatus.Rejected, reason, 0);
}
