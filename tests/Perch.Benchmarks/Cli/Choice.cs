namespace Perch.Benchmarks.Cli;

/// <summary>The part of a list that a command line names.</summary>
internal static class Choice
{
    /// <exception cref="UsageException">A name is of nothing in the list.</exception>
    internal static IReadOnlyList<T> Of<T>(IReadOnlyList<T> all, IReadOnlyList<string>? names, Func<T, string> nameOf, string what)
    {
        if (names?.FirstOrDefault(name => !all.Any(item => nameOf(item) == name)) is { } unknown)
        {
            throw new UsageException($"There is no {what} '{unknown}' here; it is one of {string.Join(", ", all.Select(nameOf))}.");
        }

        return names is null ? all : [.. all.Where(item => names.Contains(nameOf(item)))];
    }
}
