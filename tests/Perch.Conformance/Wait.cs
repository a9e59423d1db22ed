namespace Perch.Conformance;

/// <summary>Waits that end, and say what did not come.</summary>
internal static class Wait
{
    /// <summary>Generous: on a busy machine everything comes late, and only what never comes is a failure.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    internal static Task<T> For<T>(Task<T> task, string what) => For(task, () => what);

    internal static Task For(Task task, string what) => For(task, () => what);

    internal static async Task<T> For<T>(Task<T> task, Func<string> what)
    {
        await For((Task)task, what);
        return await task;
    }

    internal static async Task For(Task task, Func<string> what)
    {
        try
        {
            await task.WaitAsync(Limit);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new TimeoutException($"Did not come within {Limit.TotalSeconds} s: {what()}.");
        }
    }

    /// <summary>Asks until there is an answer.</summary>
    internal static Task<T> Until<T>(Func<Task<T?>> ask, string what)
        where T : class => Until(ask, () => what);

    /// <summary>Asks until there is an answer.</summary>
    internal static async Task<T> Until<T>(Func<Task<T?>> ask, Func<string> what)
        where T : class
    {
        using var timer = new PeriodicTimer(Step);
        long start = Environment.TickCount64;
        while (true)
        {
            if (await ask() is { } answer)
            {
                return answer;
            }

            if (Environment.TickCount64 - start > Limit.TotalMilliseconds)
            {
                throw new TimeoutException($"Did not come within {Limit.TotalSeconds} s: {what()}.");
            }

            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Watches a count until it stays the same for a while.</summary>
    /// <returns>The count.</returns>
    internal static async Task<long> UntilStill(Func<long> count, string what)
    {
        const int Enough = 15;
        using var timer = new PeriodicTimer(Step);
        long start = Environment.TickCount64;
        long last = count();
        for (int still = 0; still < Enough;)
        {
            await timer.WaitForNextTickAsync();
            long now = count();
            still = now == last ? still + 1 : 0;
            last = now;
            if (Environment.TickCount64 - start > Limit.TotalMilliseconds)
            {
                throw new TimeoutException($"Did not come to rest within {Limit.TotalSeconds} s: {what}; it is at {last}.");
            }
        }

        return last;
    }
}
