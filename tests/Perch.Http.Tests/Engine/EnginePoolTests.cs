using System.Buffers;
using Perch.Http.Engine;
using Perch.Http.Parsing;

namespace Perch.Http.Tests.Engine;

/// <summary>What stays with an engine that has no connection.</summary>
public sealed class EnginePoolTests
{
    [Fact]
    public void EngineInThePool_KnowsNoHead()
    {
        Http1Engine engine = AfterOneRequest(new HttpGatewayOptions());
        Assert.Empty(engine.Source.Headers);
        Assert.True(engine.Source.QueryString.IsEmpty);
    }

    [Theory]
    [InlineData(100, true)]
    [InlineData(5000, false)]
    public void EngineInThePool_KeepsATableOfTheUsualSizeAlone(int maxFields, bool keeps)
    {
        var options = new HttpGatewayOptions();
        options.Limits.MaxRequestHeaderCount = maxFields;
        Assert.Equal(keeps, AfterOneRequest(options).HoldsMemory);
    }

    private static Http1Engine AfterOneRequest(HttpGatewayOptions options)
    {
        var pool = new EnginePool(options, HeadParsers.Of(options.Parser), new DateLine(TimeProvider.System));
        Http1Engine engine = pool.Rent(new ConnectionFacts(null, null));
        var input = new ReadOnlySequence<byte>("GET /?q HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
        Assert.Equal(EngineRead.Request, engine.ReadHead(ref input));
        Assert.Single(engine.Source.Headers);
        engine.EndRequest();
        pool.Return(engine);
        return engine;
    }
}
