using System.Text;

namespace Perch.Conformance.Tools;

/// <summary>What a tool did.</summary>
internal sealed record ToolResult(int ExitCode, byte[] Output, string Errors)
{
    /// <summary>What it wrote, one char for each byte.</summary>
    internal string Text => Encoding.Latin1.GetString(Output);
}
