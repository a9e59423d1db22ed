namespace Perch.Testing.Hosting;

/// <summary>Notices a call that begins before the last one has ended.</summary>
internal sealed class CallGuard(string call)
{
    private int _running;

    /// <exception cref="GatewayProtocolException">Another call has not ended.</exception>
    internal void Enter()
    {
        if (Interlocked.Exchange(ref _running, 1) != 0)
        {
            throw new GatewayProtocolException($"{call} was called while another call of it has not ended.");
        }
    }

    internal void Exit() => Volatile.Write(ref _running, 0);
}
