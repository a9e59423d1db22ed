namespace Perch.Testing;

/// <summary>Leads from the messages of an in-memory client to what else can be seen of them.</summary>
public static class GatewayExchangeExtensions
{
    private static readonly HttpRequestOptionsKey<GatewayExchange> Key = new("Perch.Testing.GatewayExchange");

    /// <summary>What else can be seen of the request that this is the response to.</summary>
    /// <exception cref="InvalidOperationException">The response is not that of a <see cref="GatewayMessageHandler"/>.</exception>
    public static GatewayExchange GetExchange(this HttpResponseMessage response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return (response.RequestMessage ?? throw new InvalidOperationException("The response has no request.")).GetExchange();
    }

    /// <summary>What else can be seen of the request, once it has been sent. It is there where the client's call threw, too.</summary>
    /// <exception cref="InvalidOperationException">The request has not been sent by a <see cref="GatewayMessageHandler"/>.</exception>
    public static GatewayExchange GetExchange(this HttpRequestMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Options.TryGetValue(Key, out GatewayExchange? exchange)
            ? exchange
            : throw new InvalidOperationException("The request has not been sent by a GatewayMessageHandler.");
    }

    internal static void SetExchange(this HttpRequestMessage request, GatewayExchange exchange) => request.Options.Set(Key, exchange);
}
