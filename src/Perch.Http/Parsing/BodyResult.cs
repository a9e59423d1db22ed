namespace Perch.Http.Parsing;

/// <summary>What a body decoder says about the bytes it was given.</summary>
/// <param name="Status">
/// <see cref="ParseStatus.NeedMore"/>: call again with what follows the consumed bytes, even if nothing new came as long as some were left.
/// <see cref="ParseStatus.Done"/>: the body is complete, and what follows the consumed bytes is the next message.
/// </param>
/// <param name="Reason">Why not, when <see cref="ParseStatus.Rejected"/>.</param>
/// <param name="Consumed">The bytes of the input that are dealt with, data included.</param>
/// <param name="Data">The content among them, relative to the input; empty when there is none.</param>
internal readonly record struct BodyResult(ParseStatus Status, RejectReason Reason, int Consumed, ByteRange Data)
{
    internal static BodyResult Reject(RejectReason reason) => new(ParseStatus.Rejected, reason, 0, default);
}
