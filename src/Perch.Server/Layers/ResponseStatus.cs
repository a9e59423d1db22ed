namespace Perch.Server.Layers;

/// <summary>The status that a client gets: by the messages of the app, and by how it ends.</summary>
internal struct ResponseStatus
{
    private int _sent;

    /// <summary>The app sends a message.</summary>
    internal void Note(GatewayEvent message) => _sent = message switch
    {
        HttpResponseStart start => start.Status,
        HttpFullResponse full => full.Status,
        WebSocketAccept => 101,
        WebSocketHttpResponseStart denial => denial.Status,
        WebSocketClose when _sent == 0 => 403,
        _ => _sent,
    };

    /// <summary>The status, or 101 for a WebSocket that was accepted; 0 if the app ended with none: because its client left, as a rule.</summary>
    /// <param name="failure">What the app let through.</param>
    internal readonly int Of(Exception? failure) => failure switch
    {
        null => _sent,

        // The host would not open the WebSocket, and has said so to the client.
        ClientDisconnectedException { InnerException: RequestRejectedException refused } => refused.StatusCode,
        ClientDisconnectedException => _sent,

        // The host answers for an app that failed before its response.
        _ when _sent != 0 => _sent,
        RequestRejectedException rejected => rejected.StatusCode,
        _ => 500,
    };

    /// <summary>Whether the app is at fault, and not its client.</summary>
    internal static bool IsFault(Exception? failure) => failure is not (null or ClientDisconnectedException or RequestRejectedException);
}
