using System.IO.Pipelines;
using System.Net.Security;

namespace Perch.Http.Connections;

/// <summary>
/// The end of TLS on a connection, as a feature of it: who is done with the connection may say so to the client before those return who
/// have set TLS up.
/// </summary>
/// <param name="stream">TLS.</param>
/// <param name="outside">Where its records go, to be completed after the last; null if that is somebody else's to do.</param>
internal sealed class TlsEnd(SslStream stream, PipeWriter? outside)
{
    private bool _isOver;

    /// <summary>RFC 8446 §6.1: tells the client that nothing follows. Not while somebody writes; does nothing the second time. Never throws.</summary>
    internal async Task TellAsync()
    {
        if (_isOver)
        {
            return;
        }

        _isOver = true;
        await stream.ShutdownAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (outside is not null)
        {
            await outside.CompleteAsync();
        }
    }
}
