namespace Perch.Tests.Shared.Processes;

/// <summary>Which processes there are, by proc(5).</summary>
internal static class ProcessTree
{
    /// <summary>The processes that a process has started, and that have not ended.</summary>
    internal static List<int> ChildrenOf(int process) =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), out int child) ? child : 0)
            .Where(child => child > 0 && IsChild(child, process))
            .Order(),
    ];

    /// <summary>Those, and the ones that they have started.</summary>
    internal static List<int> DescendantsOf(int process) => [.. ChildrenOf(process).SelectMany(child => (int[])[child, .. DescendantsOf(child)])];

    /// <summary>Whether a process is there that has not ended.</summary>
    internal static bool IsRunning(int process) => StatusOf(process) is [not "Z", ..];

    /// <summary>The names of a process's event loops, by those of its threads.</summary>
    internal static IEnumerable<string> EventLoopsOf(int process) => Directory.GetDirectories($"/proc/{process}/task")
        .Select(thread => ReadAll(Path.Combine(thread, "comm")).TrimEnd())
        .Where(name => name.StartsWith("perch loop ", StringComparison.Ordinal))
        .Distinct();

    private static bool IsChild(int child, int parent) => StatusOf(child) is [not "Z", var of, ..] && of == $"{parent}";

    /// <summary>proc(5): the state and the parent follow the name, which is in parentheses.</summary>
    private static string[] StatusOf(int process)
    {
        string status = ReadAll($"/proc/{process}/stat");
        return status.Length > 0 ? status[(status.LastIndexOf(')') + 2)..].Split(' ') : [];
    }

    /// <summary>Nothing, if it has ended meanwhile.</summary>
    private static string ReadAll(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
