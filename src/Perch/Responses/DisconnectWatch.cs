namespace Perch;

/// <summary>One token for "the client has left" and "the app wants no more", and which of the two it was.</summary>
internal sealed class DisconnectWatch : IDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly CancellationToken _client;
    private readonly CancellationToken _app;

    internal DisconnectWatch(HttpScope scope, CancellationToken app)
    {
        _client = scope.Disconnected;
        _app = app;
        _source = CancellationTokenSource.CreateLinkedTokenSource(_client, app);
    }

    internal CancellationToken Token => _source.Token;

    internal bool ClientLeft => _client.IsCancellationRequested && !_app.IsCancellationRequested;

    public void Dispose() => _source.Dispose();

    internal void Cancel() => _source.Cancel();

    internal static ClientDisconnectedException Disconnected(Exception? cause) =>
        new("The client has disconnected before the end of the response.", cause);
}
