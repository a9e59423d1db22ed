namespace Perch;

/// <summary>
/// A gateway app, in the sense of ASGI 3.0: one function that is called once for each connection or request.
/// </summary>
/// <param name="scope">
/// What is known of the connection: an <see cref="HttpScope"/>, <see cref="WebSocketScope"/>, <see cref="LifespanScope"/> or
/// <see cref="TcpScope"/>. An app that does not serve a kind of scope throws <see cref="UnsupportedScopeException"/>.
/// </param>
/// <param name="receive">Yields the next event from the client.</param>
/// <param name="send">Takes the next event for the client.</param>
/// <returns>
/// A task that ends when the app is done with the connection. Scope and event memory belong to the host again when it ends:
/// what is to be kept longer is copied.
/// </returns>
/// <remarks>Follows the ASGI specification 3.0, section "Applications".</remarks>
public delegate Task GatewayApp(Scope scope, Receive receive, Send send);
