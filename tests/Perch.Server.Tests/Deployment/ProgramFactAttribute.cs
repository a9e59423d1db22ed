namespace Perch.Server.Tests.Deployment;

/// <summary>A test that needs programs, and is skipped where one is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ProgramFactAttribute : FactAttribute
{
    public ProgramFactAttribute(params string[] programs)
    {
        if (Array.Find(programs, program => Programs.Find(program) is null) is { } missing)
        {
            Skip = $"There is no {missing} on the PATH.";
        }
    }
}
