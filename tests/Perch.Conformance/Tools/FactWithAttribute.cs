namespace Perch.Conformance.Tools;

/// <summary>A test that is skipped, with the reason, where a tool is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactWithAttribute : FactAttribute
{
    /// <summary>Names the tool.</summary>
    public FactWithAttribute(string tool)
    {
        ToolName = tool;
        Skip = Tool.WhyMissing(tool);
    }

    /// <summary>The tool.</summary>
    public string ToolName { get; }
}
