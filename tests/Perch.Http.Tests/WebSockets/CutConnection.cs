using Perch.Http.WebSockets;

namespace Perch.Http.Tests.WebSockets;

/// <summary>The connection below a session; its end is the test's to see to.</summary>
internal sealed class CutConnection(Action abort) : IWebSocketConnection
{
    public void Abort() => abort();

    public void OnSessionEnded() { }
}
