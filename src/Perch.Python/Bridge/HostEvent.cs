namespace Perch.Python.Bridge;

/// <summary>What the host tells a worker; the first item of an event.</summary>
internal enum HostEvent
{
    Http = 1,
    WebSocket,
    Body,
    Message,
    Disconnect,
    Credit,
    Ping,
    Shutdown,
}
