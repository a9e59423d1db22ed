namespace Perch.Transport.Tests.Support;

/// <summary>Starts apps without the context of a test, so that they go on where the transport goes on.</summary>
internal static class Apart
{
    internal static T Start<T>(Func<T> app)
        where T : Task
    {
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            return app();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
