using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;
using Perch.Messages;

namespace Perch.Http.WebSockets.Framing;

/// <summary>RFC 6455 §5.5.1: the body of a close frame is nothing, or a code and a reason in UTF-8.</summary>
internal static class ClosePayload
{
    /// <summary>Reads a client's.</summary>
    internal static WebSocketFault Read(ReadOnlySpan<byte> payload, out int code, out string reason)
    {
        code = CloseCodes.None;
        reason = "";
        switch (payload.Length)
        {
            case 0:
                return WebSocketFault.None;
            case 1:
                return WebSocketFault.TruncatedCloseCode;
        }

        code = BinaryPrimitives.ReadUInt16BigEndian(payload);
        if (!CloseCodes.MayBeSent(code))
        {
            return WebSocketFault.InvalidCloseCode;
        }

        if (!Utf8.IsValid(payload[2..]))
        {
            return WebSocketFault.InvalidCloseReason;
        }

        reason = Encoding.UTF8.GetString(payload[2..]);
        return WebSocketFault.None;
    }

    /// <summary>Writes ours. Without a code nothing is written.</summary>
    /// <returns>The length.</returns>
    internal static int Write(Span<byte> payload, int code, string reason)
    {
        if (code == CloseCodes.None)
        {
            return 0;
        }

        BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
        return sizeof(ushort) + Encoding.UTF8.GetBytes(reason, payload[sizeof(ushort)..]);
    }
}
