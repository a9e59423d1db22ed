using System.Text;

namespace Perch.Http.Tests.Connections;

/// <summary>The steady state allocates nothing for an app that sends cached events.</summary>
public sealed class AllocationTests
{
#if DEBUG
    /// <summary>Code that is not optimised makes an object of 72 bytes for each table of constants that it looks into: four at most.</summary>
    private const int Allowed = 4 * 72;
#else
    private const int Allowed = 0;
#endif

    [Theory]
    [InlineData(1, "GET /a?b=c HTTP/1.1\r\nHost: example.com\r\nAccept: */*\r\n\r\n")]
    [InlineData(16, "GET /a?b=c HTTP/1.1\r\nHost: example.com\r\nAccept: */*\r\n\r\n")]
    [InlineData(1, "POST /a HTTP/1.1\r\nHost: example.com\r\nContent-Length: 5\r\n\r\nhello")]
    public void RequestAllocatesNothing(int pipelined, string request)
    {
        var start = new HttpResponseStart(200, [("content-type", "text/plain")]);
        var body = new HttpResponseBody("Hello, World!"u8);

        // Not async: in a Debug build that allocates, whoever calls it.
        var run = new GatewayRun((scope, receive, send) =>
        {
            AssertDone(receive());
            AssertDone(send(start));
            AssertDone(send(body));
            return Task.CompletedTask;
        });
        byte[] bytes = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(request, pipelined)));

        long Exchange(int times)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < times; i++)
            {
                run.Client.Exchange(bytes);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        long least = long.MaxValue;
        int rounds = 0;

        // The first round compiles; behind the others the runtime may compile again, and collect what a pool keeps.
        Unbound.Run(() =>
        {
            for (; rounds < 2 || (rounds < 10 && least > 0); rounds++)
            {
                least = Math.Min(least, Exchange(1000));
            }
        });

        Assert.InRange(least, 0, 1000L * pipelined * Allowed);
        Assert.Equal(1000 * rounds * pipelined, run.Calls);
    }

    private static void AssertDone(ValueTask sending) => Assert.True(sending.IsCompletedSuccessfully);

    private static void AssertDone(ValueTask<GatewayEvent> receiving) => Assert.True(receiving.IsCompletedSuccessfully);
}
