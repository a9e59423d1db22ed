using Microsoft.Extensions.ObjectPool;
using Perch.Http.Parsing;

namespace Perch.Http.Engine;

/// <summary>
/// Engines without a connection. Most connections wait most of the time, and an engine with its scope is the larger part of what Perch
/// needs for one: so those that wait have none.
/// </summary>
internal sealed class EnginePool
{
    private const int MostKept = 1024;

    private readonly DefaultObjectPool<Http1Engine> _engines;

    internal EnginePool(HttpGatewayOptions options, IHeadParser parser, DateLine date) =>
        _engines = new DefaultObjectPool<Http1Engine>(new Policy(options, parser, date), MostKept);

    /// <summary>Takes an engine for a connection that is about to read a request.</summary>
    internal Http1Engine Rent(ConnectionFacts connection)
    {
        Http1Engine engine = _engines.Get();
        engine.Attach(connection);
        return engine;
    }

    /// <summary>Gives an engine back that has ended all its requests well: one that has stopped is of no more use.</summary>
    internal void Return(Http1Engine engine)
    {
        engine.Detach();
        _engines.Return(engine);
    }

    private sealed class Policy(HttpGatewayOptions options, IHeadParser parser, DateLine date) : PooledObjectPolicy<Http1Engine>
    {
        public override Http1Engine Create() => new(options, ConnectionFacts.None, parser, date);

        public override bool Return(Http1Engine obj) => true;
    }
}
