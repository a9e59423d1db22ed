using Perch.Shared;

namespace Perch.Http.Tests;

/// <summary>A test that is skipped, with the reason, where the native library of llhttp cannot be built.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactWithLlhttpAttribute : FactAttribute
{
    public FactWithLlhttpAttribute() => Skip = LlhttpBuild.Absence;

    /// <summary>For what holds for one version of it.</summary>
    public FactWithLlhttpAttribute(string version)
        : this()
    {
        Version = version;
        Skip ??= LlhttpBuild.Version == version ? null : $"llhttp is {LlhttpBuild.Version} here, not {version}";
    }

    public string? Version { get; }
}
