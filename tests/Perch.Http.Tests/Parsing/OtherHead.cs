namespace Perch.Http.Tests.Parsing;

/// <summary>A head as a parser reads it that is not ours.</summary>
/// <param name="Verdict">"accepted", "refused" or "incomplete".</param>
/// <param name="Line">Method, target and version.</param>
/// <param name="Fields">The field lines.</param>
internal sealed record OtherHead(string Verdict, string Line, IReadOnlyList<(string Name, string Value)> Fields);
