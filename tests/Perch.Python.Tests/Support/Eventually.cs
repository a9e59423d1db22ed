namespace Perch.Python.Tests.Support;

/// <summary>Waits that end, and say what did not come.</summary>
internal static class Eventually
{
    /// <summary>Generous: on a busy machine everything comes late, and only what never comes is a failure.</summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    internal static Task True(Func<bool> condition, string what) => True(condition, () => what);

    internal static async Task True(Func<bool> condition, Func<string> what)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > Limit)
            {
                throw new TimeoutException($"Did not come within {Limit.TotalSeconds} s: {what()}");
            }

            await Task.Delay(20);
        }
    }

    internal static async Task<T> Within<T>(this Task<T> task, string what)
    {
        await ((Task)task).Within(what);
        return await task;
    }

    internal static async Task Within(this Task task, string what)
    {
        try
        {
            await task.WaitAsync(Limit);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new TimeoutException($"Did not come within {Limit.TotalSeconds} s: {what}");
        }
    }
}
