namespace Perch;

/// <summary>Takes an event for the client. It waits while the client is slower than the app.</summary>
/// <param name="message">
/// The event. Events are immutable: one instance may be sent any number of times, and a cached one is the fastest.
/// </param>
/// <returns>A task that ends when the message has been taken over; its memory may be reused then.</returns>
/// <exception cref="GatewayProtocolException">
/// The message is out of order, of another scope's type, or malformed: the app's fault. Nothing of it reached the client, and
/// the app may go on as if it had not been sent.
/// </exception>
/// <exception cref="ClientDisconnectedException">The client has left. Let it through: hosts do not log it as an error.</exception>
public delegate ValueTask Send(GatewayEvent message);
