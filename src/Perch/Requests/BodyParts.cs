namespace Perch;

/// <summary>The events of a request's body, one by one, with what ends it early turned into exceptions.</summary>
internal static class BodyParts
{
    /// <exception cref="ClientDisconnectedException">The client left before the body's end.</exception>
    /// <exception cref="GatewayProtocolException">The events are not those of an HTTP request.</exception>
    internal static ValueTask<HttpRequestBody> NextAsync(Receive receive, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        ValueTask<GatewayEvent> next = receive();
        return next.IsCompletedSuccessfully ? new(Part(next.Result)) : WaitAsync(next, cancellation);
    }

    internal static RequestRejectedException TooLarge(long maxBytes) => new(413, $"The request body is larger than {maxBytes} bytes.");

    private static async ValueTask<HttpRequestBody> WaitAsync(ValueTask<GatewayEvent> next, CancellationToken cancellation) =>
        Part(cancellation.CanBeCanceled
            ? await next.AsTask().WaitAsync(cancellation).ConfigureAwait(false)
            : await next.ConfigureAwait(false));

    private static HttpRequestBody Part(GatewayEvent received) => received switch
    {
        HttpRequestBody part => part,
        HttpDisconnect => throw new ClientDisconnectedException("The client has disconnected before the end of the request body."),
        _ => throw new GatewayProtocolException($"The body of an HTTP request was asked for where receive() yields {received.Type}."),
    };
}
