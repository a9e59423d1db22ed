namespace Perch.Http.Tests.Connections;

/// <summary>The test framework's context would carry the server's continuations to other threads, later.</summary>
internal static class Unbound
{
    internal static void Run(Action action)
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            action();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
