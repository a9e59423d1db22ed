using System.Diagnostics;

namespace Perch.AspNetCore.Tests.Support;

/// <summary>Waits for an event, not for a time; what did not come is named.</summary>
internal static class Waiting
{
    /// <summary>Generous: on a busy machine everything comes late, and only what never comes is a failure.</summary>
    internal static readonly TimeSpan Long = TimeSpan.FromSeconds(60);

    internal static async Task For(this Task task, string what)
    {
        try
        {
            await task.WaitAsync(Long);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new TimeoutException($"Missing after {Long.TotalSeconds} s: {what}.");
        }
    }

    internal static async Task<T> For<T>(this Task<T> task, string what)
    {
        await ((Task)task).For(what);
        return await task;
    }

    internal static Task<T> For<T>(this ValueTask<T> task, string what) => task.AsTask().For(what);

    /// <summary>Waits for a state that nobody announces.</summary>
    internal static async Task Until(Func<bool> condition, string what)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed > Long)
            {
                throw new TimeoutException($"Missing after {Long.TotalSeconds} s: {what}.");
            }

            await Task.Delay(1);
        }
    }
}
