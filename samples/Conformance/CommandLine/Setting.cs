namespace Conformance.CommandLine;

/// <summary>One <c>--set NAME=VALUE</c>.</summary>
internal sealed record Setting(string Name, string Value);
