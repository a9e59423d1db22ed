using System.Globalization;

namespace Perch.Benchmarks.Measuring;

/// <summary>The processes that a process has started, and those that they have.</summary>
internal static class ProcessTree
{
    /// <summary>The descendants of a process, itself left out; none where there is no /proc.</summary>
    internal static IReadOnlyList<int> Below(int process)
    {
        if (!Directory.Exists("/proc"))
        {
            return [];
        }

        ILookup<int, int> children = Directory.GetDirectories("/proc")
            .Select(directory => int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out int id) ? id : 0)
            .Where(id => id > 0)
            .ToLookup(ParentOf);
        List<int> found = [.. children[process]];
        for (int i = 0; i < found.Count; i++)
        {
            found.AddRange(children[found[i]]);
        }

        return found;
    }

    private static int ParentOf(int process)
    {
        try
        {
            // proc_pid_stat(5): the name stands in parentheses and may have any character; state and parent follow.
            string stat = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
