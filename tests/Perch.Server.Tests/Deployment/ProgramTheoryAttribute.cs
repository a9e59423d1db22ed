namespace Perch.Server.Tests.Deployment;

/// <inheritdoc cref="ProgramFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ProgramTheoryAttribute : TheoryAttribute
{
    public ProgramTheoryAttribute(params string[] programs) => Skip = new ProgramFactAttribute(programs).Skip;
}
