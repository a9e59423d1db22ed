namespace Perch.Benchmarks.Reporting;

/// <summary>What was run, where and when.</summary>
internal sealed record ReportHead(string Command, string CommandLine, Machine Machine, DateTimeOffset Date)
{
    internal static ReportHead Now(string command, ReadOnlySpan<string> args) => new(
        command,
        string.Join(' ', [command, .. args.ToArray().Select(Quoted)]),
        Machine.This(),
        DateTimeOffset.UtcNow);

    private static string Quoted(string argument) => argument.Any(char.IsWhiteSpace) ? $"\"{argument}\"" : argument;
}
