using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Text;

namespace Perch.Server.Proxies;

/// <summary>A header of the PROXY protocol (haproxy's "The PROXY protocol, versions 1 &amp; 2"), or what is there of it.</summary>
/// <param name="Length">Its length in bytes; 0 as long as it is not whole.</param>
/// <param name="IsWrong">The bytes are none.</param>
/// <param name="Source">The client, unless the header says nothing of it (LOCAL, UNKNOWN).</param>
/// <param name="Destination">What the client connected to.</param>
internal readonly record struct ProxyHeader(int Length, bool IsWrong = false, IPEndPoint? Source = null, IPEndPoint? Destination = null)
{
    /// <summary>The most bytes of a header: version 2 with its extensions.</summary>
    internal const int MaxLength = 16 + ushort.MaxValue;

    /// <summary>§2.1: "PROXY UNKNOWN" with two IPv6 addresses, and CR LF.</summary>
    private const int MaxTextLength = 107;

    private const int FixedLength = 16;

    private static readonly ProxyHeader More = new(0);
    private static readonly ProxyHeader Wrong = new(0, IsWrong: true);

    /// <summary>§2.2: the twelve bytes that version 2 begins with, which no other protocol does.</summary>
    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    private static ReadOnlySpan<byte> Text => "PROXY "u8;

    internal static ProxyHeader Parse(ReadOnlySpan<byte> bytes)
    {
        if (StartsLike(bytes, Signature))
        {
            return bytes.Length < FixedLength ? More : ParseBinary(bytes);
        }

        return StartsLike(bytes, Text) ? ParseText(bytes) : Wrong;
    }

    private static bool StartsLike(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> start)
    {
        int count = Math.Min(bytes.Length, start.Length);
        return bytes[..count].SequenceEqual(start[..count]);
    }

    /// <summary>§2.1: <c>PROXY TCP4 192.0.2.1 198.51.100.1 56324 443</c> CR LF.</summary>
    private static ProxyHeader ParseText(ReadOnlySpan<byte> bytes)
    {
        int end = bytes[..Math.Min(bytes.Length, MaxTextLength)].IndexOf("\r\n"u8);
        if (end < 0)
        {
            return bytes.Length >= MaxTextLength ? Wrong : More;
        }

        string[] words = Encoding.ASCII.GetString(bytes[..end]).Split(' ');
        int length = end + 2;
        return words switch
        {
            ["PROXY", "UNKNOWN", ..] => new ProxyHeader(length),
            ["PROXY", "TCP4" or "TCP6", var source, var destination, var sourcePort, var destinationPort]
                when EndPoint(source, sourcePort) is { } from && EndPoint(destination, destinationPort) is { } to => new ProxyHeader(length, false, from, to),
            _ => Wrong,
        };
    }

    private static IPEndPoint? EndPoint(string address, string port) =>
        IPAddress.TryParse(address, out IPAddress? ip) && ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number)
            ? new IPEndPoint(ip, number)
            : null;

    /// <summary>§2.2: version and command, family and protocol, length, addresses, extensions.</summary>
    private static ProxyHeader ParseBinary(ReadOnlySpan<byte> bytes)
    {
        int length = FixedLength + BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]);
        byte versionAndCommand = bytes[12];
        if (versionAndCommand >> 4 != 2 || (versionAndCommand & 0xF) > 1)
        {
            return Wrong;
        }

        if (bytes.Length < length)
        {
            return More;
        }

        bool isLocal = (versionAndCommand & 0xF) == 0;
        int address = (bytes[13] >> 4) switch
        {
            1 => 4,
            2 => 16,
            _ => 0,
        };
        if (isLocal || address == 0)
        {
            // A health check of the balancer's own, or a family that has no address and port.
            return new ProxyHeader(length);
        }

        ReadOnlySpan<byte> addresses = bytes[FixedLength..length];
        if (addresses.Length < (2 * address) + 4)
        {
            return Wrong;
        }

        ReadOnlySpan<byte> ports = addresses[(2 * address)..];
        return new ProxyHeader(
            length,
            false,
            new IPEndPoint(new IPAddress(addresses[..address]), BinaryPrimitives.ReadUInt16BigEndian(ports)),
            new IPEndPoint(new IPAddress(addresses[address..(2 * address)]), BinaryPrimitives.ReadUInt16BigEndian(ports[2..])));
    }
}
