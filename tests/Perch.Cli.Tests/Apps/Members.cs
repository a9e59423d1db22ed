namespace Perch.Cli.Tests.Apps;

/// <summary>What somebody may name on the command line, right and wrong.</summary>
internal static class Members
{
    internal static readonly GatewayApp Field = Method;
    internal static GatewayApp? Nothing => null;
    internal static readonly string Text = "text";
    internal static readonly Func<GatewayApp> Maker = Make;

    internal static GatewayApp Property => Method;

    internal static GatewayApp Broken => throw new InvalidOperationException("no database");

    internal static Task Method(Scope scope, Receive receive, Send send) => scope is HttpScope
        ? send.TextAsync("Hello from a member").AsTask()
        : throw new UnsupportedScopeException(scope);

    internal static GatewayApp Make() => Method;

    internal static GatewayApp MakeOf(string name) => name.Length > 0 ? Method : Field;

    internal static void Other(int number) => _ = number;

    internal static Task FailsAtStart(Scope scope, Receive receive, Send send) => scope is LifespanScope
        ? FailAsync(receive, send)
        : Task.CompletedTask;

    private static async Task FailAsync(Receive receive, Send send)
    {
        await receive();
        await send(new LifespanStartupFailed("the database is away"));
    }

    internal static async Task FailsAtStop(Scope scope, Receive receive, Send send)
    {
        if (scope is not LifespanScope)
        {
            throw new UnsupportedScopeException(scope);
        }

        await receive();
        await send(LifespanStartupComplete.Instance);
        await receive();
        await send(new LifespanShutdownFailed("the queue is not empty"));
    }

    /// <summary>Its member belongs to an instance.</summary>
    internal sealed class Instances
    {
        internal GatewayApp App { get; } = Method;
    }
}
