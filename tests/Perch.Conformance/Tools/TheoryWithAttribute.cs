namespace Perch.Conformance.Tools;

/// <summary>A test over data that is skipped, with the reason, where a tool is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TheoryWithAttribute : TheoryAttribute
{
    /// <summary>Names the tool.</summary>
    public TheoryWithAttribute(string tool)
    {
        ToolName = tool;
        Skip = Tool.WhyMissing(tool);
    }

    /// <summary>The tool.</summary>
    public string ToolName { get; }
}
