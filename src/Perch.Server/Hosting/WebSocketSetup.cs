using Perch.Http;

namespace Perch.Server.Hosting;

/// <summary>The options of WebSockets, for the hosts, which have objects of their own.</summary>
internal static class WebSocketSetup
{
    internal static void Copy(WebSocketGatewayOptions from, WebSocketGatewayOptions to)
    {
        to.MaxMessageSize = from.MaxMessageSize;
        to.MaxQueue = from.MaxQueue;
        to.PingInterval = from.PingInterval;
        to.PingTimeout = from.PingTimeout;
        to.CloseTimeout = from.CloseTimeout;
        to.PerMessageDeflate = from.PerMessageDeflate;
        to.DeflateContextTakeover = from.DeflateContextTakeover;
        to.DeflateLevel = from.DeflateLevel;
        to.DeflateWindowBits = from.DeflateWindowBits;
        to.DeflateThreshold = from.DeflateThreshold;
    }
}
