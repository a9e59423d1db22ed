using System.Net;
using System.Net.Sockets;
using Perch.Benchmarks.Load;

namespace Perch.Benchmarks.Idling;

/// <summary>Many connections to one server. One of them speaks at a time: what a server needs for many at once is not what is measured.</summary>
internal sealed class IdleConnections(IPEndPoint server, Dialogue dialogue) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly RequestTape _tape = new(dialogue.Requests, depth: 1);
    private readonly List<LoadConnection> _connections = [];
    private readonly LatencyHistogram _latencies = new();
    private readonly byte[] _buffer = new byte[64 * 1024];

    /// <summary>Opens connections, each of which makes one request.</summary>
    internal void Open(int count)
    {
        while (_connections.Count < count)
        {
            var connection = new LoadConnection(server, dialogue, _tape, _connections.Count);
            _connections.Add(connection);

            // Reset when it is closed: ports that wait for late packets would run short in later rounds.
            connection.Socket.LingerState = new LingerOption(enable: true, seconds: 0);
            Ask(connection);
        }
    }

    /// <summary>One more request on each: what was measured were connections that the server still has.</summary>
    internal void AskAll() => _connections.ForEach(Ask);

    private void Ask(LoadConnection connection)
    {
        connection.Begin(1);
        while (connection.InFlight > 0)
        {
            if (!connection.Socket.Poll(Patience, SelectMode.SelectRead))
            {
                throw new WrongResponseException($"No answer for {Patience.TotalSeconds} seconds.");
            }

            connection.Receive(_buffer, _latencies);
        }
    }

    public void Dispose() => _connections.ForEach(connection => connection.Dispose());
}
