namespace Perch.Cli.Tests.Commands;

/// <summary>A test that needs <c>python3</c>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!Array.Exists(folders, static folder => File.Exists(Path.Combine(folder, "python3"))))
        {
            Skip = "There is no python3 on the PATH.";
        }
    }
}
