namespace Perch;

/// <summary>Yields the next event from the client. It waits until there is one.</summary>
/// <returns>
/// The event. Memory that it refers to (<see cref="HttpRequestBody.Body"/>, say) is valid until the next call.
/// </returns>
/// <exception cref="GatewayProtocolException">A call before the last one has ended: the app's fault.</exception>
/// <exception cref="RequestRejectedException">The client sent something that cannot be read: the client's fault.</exception>
public delegate ValueTask<GatewayEvent> Receive();
