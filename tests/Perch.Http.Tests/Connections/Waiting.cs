namespace Perch.Http.Tests.Connections;

internal static class Waiting
{
    /// <summary>Waits no longer than a test may take, and says what was missing.</summary>
    internal static async Task<T> Within<T>(this Task<T> task, string what)
    {
        try
        {
            return await task.WaitAsync(TcpHost.Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Waited {TcpHost.Patience.TotalSeconds:0} s for {what}, which did not come.");
        }
    }

    /// <summary>Waits no longer than a test may take, and says what was missing.</summary>
    internal static async Task Within(this Task task, string what)
    {
        try
        {
            await task.WaitAsync(TcpHost.Patience);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"Waited {TcpHost.Patience.TotalSeconds:0} s for {what}, which did not come.");
        }
    }
}
