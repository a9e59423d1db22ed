using Perch.Messages;

namespace Perch.Tests.Messages;

/// <summary>One of the four state machines, seen in the same way: what it takes, and everything it lets a host see.</summary>
internal sealed class OrderProbe(MessageTable table, Action<GatewayEvent> accept, Func<string> observe)
{
    internal const OfferedExtensions Everything = (OfferedExtensions)0xFF;

    internal static readonly Dictionary<string, MessageTable> Tables = new()
    {
        ["http"] = HttpMessageOrder.Table,
        ["websocket"] = WebSocketMessageOrder.Table,
        ["lifespan"] = LifespanMessageOrder.Table,
        ["tcp"] = TcpMessageOrder.Table,
    };

    internal MessageTable Table => table;

    internal void Accept(GatewayEvent message) => accept(message);

    /// <summary>The state and every counter, as text.</summary>
    internal string Observe() => observe();

    /// <summary>A machine in the given state, reached by the shortest way through its table.</summary>
    internal static OrderProbe In(string scope, byte state)
    {
        OrderProbe probe = New(scope, PathTo(Tables[scope], state, out byte[] columns));
        foreach (byte column in columns)
        {
            probe.Accept(TestMessages.ByColumn[probe.Table.Messages[column]]);
        }

        return probe;
    }

    private static OrderProbe New(string scope, byte first)
    {
        switch (scope)
        {
            case "http":
                var http = new HttpMessageOrder();
                http.Begin(isHead: false, Everything);
                return new(HttpMessageOrder.Table, message => http.Accept(message, fileLength: 3), () =>
                    $"{http.StateName} {http.HasStarted} {http.HasBody} {http.IsComplete} {http.IsAwaitingTrailers} {http.FramedLength} {Id(http.Head)} {Sent(http)}");
            case "websocket":
                var socket = new WebSocketMessageOrder(Everything, ["chat"]);
                return new(WebSocketMessageOrder.Table, socket.Accept, () =>
                    $"{socket.StateName} {socket.IsConnecting} {socket.IsOpen} {socket.IsDenying} {socket.HasDenialBody} {socket.IsClosed} {socket.FramedLength} {Id(socket.DenialHead)} {Sent(socket)}");
            case "lifespan":
                // Its rows are reached by what the host hands out as well as by messages.
                var lifespan = new LifespanMessageOrder();
                if (first >= 1)
                {
                    lifespan.StartupReceived();
                }

                var machine = new OrderProbe(LifespanMessageOrder.Table, lifespan.Accept, () => lifespan.StateName);
                if (first == 3)
                {
                    lifespan.Accept(LifespanStartupComplete.Instance);
                    lifespan.ShutdownReceived();
                }

                return machine;
            default:
                var tcp = new TcpMessageOrder();
                return new(TcpMessageOrder.Table, tcp.Accept, () => $"{(tcp.IsClosed ? "closed" : tcp.IsShutDown ? "shut down" : "open")} {tcp.IsShutDown} {tcp.IsClosed}");
        }
    }

    /// <summary>The messages that lead to a state, and from which state they do: the first, except where the host leads on.</summary>
    private static byte PathTo(MessageTable table, byte target, out byte[] columns)
    {
        byte[] beginnings = table.Scope == "lifespan" ? [0, 1, 3] : [0];
        var ways = beginnings.ToDictionary(start => start, start => (Start: start, Columns: Array.Empty<byte>()));
        var queue = new Queue<byte>(beginnings);
        while (queue.TryDequeue(out byte state))
        {
            for (byte column = 0; column < table.Messages.Count; column++)
            {
                byte next = table.Next(state, column);
                if (next != MessageTable.Refused && !ways.ContainsKey(next))
                {
                    ways[next] = (ways[state].Start, [.. ways[state].Columns, column]);
                    queue.Enqueue(next);
                }
            }
        }

        columns = ways[target].Columns;
        return ways[target].Start;
    }

    private static string Id(object? instance) => instance is null ? "-" : System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(instance).ToString(null, null);

    private static object Sent(object order) =>
        order.GetType().GetField("_sent", System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!.GetValue(order)!;
}
