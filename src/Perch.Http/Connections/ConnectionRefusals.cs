using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Perch.Http.Engine;
using Perch.Http.Parsing;

namespace Perch.Http.Connections;

/// <summary>Answers connections that are not served at all.</summary>
internal sealed class ConnectionRefusals(HttpGateway gateway)
{
    private int _count;

    /// <summary>Answers, reads on for a while, and closes.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="reason">Why it is not served.</param>
    /// <param name="isSilent">It is closed without an answer, which it would not understand: it waits for a TLS handshake.</param>
    internal async Task AnswerAsync(ConnectionContext connection, RejectReason reason, bool isSilent = false)
    {
        IDuplexPipe transport = connection.Transport;
        gateway.Log.Rejected(connection.ConnectionId, reason);
        if (isSilent)
        {
            return;
        }

        ConnectionFacts facts = gateway.FactsOf(connection);
        gateway.Options.OnRefused?.Invoke(new RefusedRequest(facts.DescribeRefused(), HasLine: false, reason, TimeSpan.Zero));
        Http1Engine engine = gateway.Engines.Rent(facts);
        engine.WriteRefusal(reason, transport.Output);
        gateway.Engines.Return(engine);

        // No more of them are held than connections are served: otherwise the limit on those would be none.
        bool mayDrain = Interlocked.Increment(ref _count) <= (gateway.Options.Limits.MaxConnections ?? int.MaxValue);
        try
        {
            FlushResult flushed = await transport.Output.FlushAsync();
            if (mayDrain && !flushed.IsCompleted)
            {
                await DrainAsync(transport.Input, HttpGateway.StopOf(connection));
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            gateway.Log.ConnectionLost(connection.ConnectionId, exception.Message);
        }
        finally
        {
            Interlocked.Decrement(ref _count);
            await transport.Output.CompleteAsync();
            await transport.Input.CompleteAsync();
        }
    }

    /// <summary>
    /// RFC 9112 §9.6: what the client has sent and nobody has read would have the connection reset, and the answer lost with it. It is
    /// thrown away, for a while and up to a limit; a client that has its answer closes.
    /// </summary>
    private async Task DrainAsync(PipeReader input, CancellationToken stop)
    {
        HttpGatewayLimits limits = gateway.Options.Limits;
        using var enough = new CancellationTokenSource(limits.DataRateGracePeriod, gateway.Time);
        using CancellationTokenRegistration stopping = stop.UnsafeRegister(static enough => ((CancellationTokenSource)enough!).Cancel(), enough);
        for (long left = limits.MaxDrainSize; left > 0;)
        {
            ReadResult result = await input.ReadAsync(enough.Token);
            left -= result.Buffer.Length;
            input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                break;
            }
        }
    }
}
