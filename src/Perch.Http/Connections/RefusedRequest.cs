using Perch.Http.Parsing;

namespace Perch.Http.Connections;

/// <summary>A request that was answered without the app: it is no HTTP, or is beyond a limit.</summary>
/// <param name="Scope">What is known of it: its connection, and its request line. It has no fields.</param>
/// <param name="HasLine">Whether its request line is known: it came, and was right.</param>
/// <param name="Reason">Why it was refused.</param>
/// <param name="Duration">How long its head took to come, to the second.</param>
internal readonly record struct RefusedRequest(HttpScope Scope, bool HasLine, RejectReason Reason, TimeSpan Duration);
