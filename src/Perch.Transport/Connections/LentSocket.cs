using System.Net.Sockets;

namespace Perch.Transport.Connections;

/// <summary>
/// A connection's descriptor as a socket of the platform's, which does not own it. It keeps the descriptor open until no call of it is under
/// way: the number could be another connection's otherwise.
/// </summary>
internal sealed class LentSocket : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    private readonly SocketPipes _owner;
    private readonly SafeSocketHandle _handle;

    /// <param name="owner">Whose it is.</param>
    /// <param name="descriptor">The descriptor, taken for this by <see cref="Sockets.LoopSocket.TryUse"/>.</param>
    internal LentSocket(SocketPipes owner, int descriptor)
    {
        _owner = owner;
        _handle = new SafeSocketHandle(descriptor, ownsHandle: false);
        Socket = new Socket(_handle);
    }

    internal Socket Socket { get; }

    /// <summary>The connection has ended: the descriptor is given back behind the last call that is under way, and later ones fail.</summary>
    public void Dispose()
    {
        // The socket's own disposal would stay here until no call is under way.
        _handle.Dispose();
        if (_handle.IsClosed)
        {
            GiveBack();
        }
        else
        {
            _ = GiveBackLaterAsync();
        }
    }

    private void GiveBack()
    {
        Socket.Dispose();
        _owner.Release();
    }

    private async Task GiveBackLaterAsync()
    {
        while (!_handle.IsClosed)
        {
            await Task.Delay(Step).ConfigureAwait(false);
        }

        GiveBack();
    }
}
