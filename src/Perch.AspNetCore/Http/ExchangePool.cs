using Microsoft.Extensions.ObjectPool;

namespace Perch.AspNetCore.Http;

/// <summary>
/// The exchanges of one mount that wait for a request. Most requests end on the thread that they began on, so each thread keeps the last
/// exchange that ended on it, which costs no atomic operation; the others go to a pool.
/// </summary>
internal sealed class ExchangePool(GatewayMount mount)
{
    [ThreadStatic]
    private static HttpExchange? _last;

    private readonly DefaultObjectPool<HttpExchange> _others = new(new Policy(mount), maximumRetained: 1024);

    internal HttpExchange Rent()
    {
        if (_last is { } last && ReferenceEquals(last.Mount, mount))
        {
            _last = null;
            return last;
        }

        return _others.Get();
    }

    internal void Return(HttpExchange exchange)
    {
        HttpExchange? last = _last;
        if (last is not null && ReferenceEquals(last.Mount, mount))
        {
            _others.Return(exchange);
            return;
        }

        // One of another mount makes room: the thread would keep the host of a mount that gets no more requests.
        _last = exchange;
        last?.Mount.Exchanges?._others.Return(last);
    }

    private sealed class Policy(GatewayMount mount) : PooledObjectPolicy<HttpExchange>
    {
        public override HttpExchange Create() => new(mount);

        public override bool Return(HttpExchange obj) => true;
    }
}
