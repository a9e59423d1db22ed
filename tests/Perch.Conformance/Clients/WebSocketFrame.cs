namespace Perch.Conformance.Clients;

/// <summary>A frame (RFC 6455 §5.2).</summary>
internal sealed record WebSocketFrame(int Opcode, byte[] Payload, bool Fin = true, bool Rsv1 = false)
{
    internal const int Continuation = 0;
    internal const int Text = 1;
    internal const int Binary = 2;
    internal const int Close = 8;
    internal const int Ping = 9;
    internal const int Pong = 10;

    /// <summary>The code of a close frame, or null if it has none.</summary>
    internal int? CloseCode => Payload.Length < 2 ? null : (Payload[0] << 8) | Payload[1];

    /// <summary>The payload of a close frame: a code and a reason.</summary>
    internal static byte[] ClosePayload(int code, string reason = "") => [(byte)(code >> 8), (byte)code, .. System.Text.Encoding.UTF8.GetBytes(reason)];
}
