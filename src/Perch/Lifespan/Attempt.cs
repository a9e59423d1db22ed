namespace Perch;

/// <summary>Runs steps of a startup or shutdown of which each must run whatever became of the one before.</summary>
internal static class Attempt
{
    /// <summary>Runs a step and returns how it failed, or null.</summary>
    internal static async Task<Exception?> RunAsync(Func<Task> step)
    {
        try
        {
            await step().ConfigureAwait(false);
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    /// <summary>One failure of several, with the messages of all; null if there is none.</summary>
    internal static Exception? Join(params IEnumerable<Exception?> failures)
    {
        Exception[] all = [.. failures.OfType<Exception>()];
        return all.Length < 2
            ? all.FirstOrDefault()
            : new LifespanFailedException(string.Join("; ", all.Select(failure => failure.Message)), new AggregateException(all));
    }
}
