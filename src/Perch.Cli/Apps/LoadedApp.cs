namespace Perch.Cli.Apps;

/// <summary>An app that was found, and what goes with it.</summary>
/// <param name="App">The app.</param>
/// <param name="Reload">How it is loaded again while it serves; null where that takes another process.</param>
/// <param name="Owner">What is disposed of when the server has ended; null if there is nothing.</param>
internal sealed record LoadedApp(GatewayApp App, AppReload? Reload = null, IAsyncDisposable? Owner = null) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Owner?.DisposeAsync() ?? default;
}
