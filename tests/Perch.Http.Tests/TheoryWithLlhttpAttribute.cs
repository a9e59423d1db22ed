using Perch.Shared;

namespace Perch.Http.Tests;

/// <summary>A test over data that is skipped, with the reason, where the native library of llhttp cannot be built.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TheoryWithLlhttpAttribute : TheoryAttribute
{
    public TheoryWithLlhttpAttribute() => Skip = LlhttpBuild.Absence;
}
