using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Perch.Server.Proxies;

/// <summary>
/// Reads the header that a load balancer puts before a connection's bytes (the PROXY protocol, versions 1 and 2), and gives the connection
/// the addresses in it. A connection without one, or from a peer that is not trusted, is closed.
/// </summary>
internal sealed partial class ProxyProtocol(GatewayServerOptions options, ILoggerFactory loggers)
{
    private readonly TrustedProxies _proxies = new(options.Proxy.AllowIps);
    private readonly ILogger _logger = loggers.CreateLogger("Perch.Server.Proxies");

    /// <summary>Reads the header of a connection.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="next">Gets the connection, from the byte after the header on.</param>
    /// <param name="stop">The server stops: no header is waited for.</param>
    internal async Task OnConnectionAsync(ConnectionContext connection, ConnectionDelegate next, CancellationToken stop)
    {
        if (!_proxies.IsPeer(AddressOf(connection.RemoteEndPoint)))
        {
            Refuse(connection, "its peer is not among --forwarded-allow-ips");
            return;
        }

        if (await ReadInTimeAsync(connection, stop))
        {
            await next(connection);
        }
    }

    /// <summary>A method of its own: what bounds its time does not live as long as the connection.</summary>
    private async Task<bool> ReadInTimeAsync(ConnectionContext connection, CancellationToken stop)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(stop);
        time.CancelAfter(options.Timeouts.RequestHead);
        try
        {
            return await ReadAsync(connection, time.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            Refuse(connection, "it did not come");
            return false;
        }
    }

    private async Task<bool> ReadAsync(ConnectionContext connection, CancellationToken cancellation)
    {
        PipeReader input = connection.Transport.Input;
        while (true)
        {
            ReadResult result = await input.ReadAsync(cancellation);
            ReadOnlySequence<byte> bytes = result.Buffer;
            ProxyHeader header = ProxyHeader.Parse(bytes.Slice(0, Math.Min(bytes.Length, ProxyHeader.MaxLength)).ToArray());
            if (header.IsWrong || (header.Length == 0 && result.IsCompleted))
            {
                input.AdvanceTo(bytes.Start);
                Refuse(connection, "it is none");
                return false;
            }

            if (header.Length > 0)
            {
                input.AdvanceTo(bytes.GetPosition(header.Length));
                connection.RemoteEndPoint = header.Source ?? connection.RemoteEndPoint;
                connection.LocalEndPoint = header.Destination ?? connection.LocalEndPoint;
                return true;
            }

            input.AdvanceTo(bytes.Start, bytes.End);
        }
    }

    private void Refuse(ConnectionContext connection, string reason)
    {
        LogRefused(_logger, connection.ConnectionId, reason);
        connection.Abort(new ConnectionAbortedException($"The PROXY header: {reason}."));
    }

    private static ScopeAddress? AddressOf(EndPoint? endPoint) => endPoint is IPEndPoint ip ? new ScopeAddress(ip.Address.ToString(), ip.Port) : null;

    [LoggerMessage(100, LogLevel.Debug, "Connection {ConnectionId}: refused for its PROXY header: {Reason}.", EventName = "ProxyHeaderRefused")]
    private static partial void LogRefused(ILogger logger, string connectionId, string reason);
}
