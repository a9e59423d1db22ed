namespace Perch.Server.Settings;

/// <summary>What somebody may have meant.</summary>
internal static class NearName
{
    /// <summary>The name that takes the fewest changes of a letter to get to, if that are few.</summary>
    internal static string? Of(string name, IEnumerable<string> names) => names
        .Select(known => (Name: known, Distance: Distance(name.ToUpperInvariant(), known.ToUpperInvariant())))
        .Where(known => known.Distance <= Math.Max(2, name.Length / 3))
        .OrderBy(known => known.Distance)
        .FirstOrDefault()
        .Name;

    /// <summary>Levenshtein's distance.</summary>
    private static int Distance(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[to.Length];
    }
}
