namespace Perch.Python.Tests.Support;

/// <summary>A test that needs a Python interpreter, and perhaps modules of the system's; skipped where there is none.</summary>
internal sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute(params string[] modules) =>
        Skip = PythonInterpreters.WhyMissing ?? (modules.Length == 0 ? null : PythonInterpreters.WhyModuleMissing(modules));
}
