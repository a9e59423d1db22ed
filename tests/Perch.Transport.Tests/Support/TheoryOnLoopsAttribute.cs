namespace Perch.Transport.Tests.Support;

/// <summary>A theory that is skipped where the transport is not supported.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TheoryOnLoopsAttribute : TheoryAttribute
{
    public TheoryOnLoopsAttribute() => Skip = FactOnLoopsAttribute.Absence;
}
