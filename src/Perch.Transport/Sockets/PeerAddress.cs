using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Perch.Transport.Sockets;

/// <summary>Where a peer is, as the kernel says it (struct sockaddr): most connections are never asked for it.</summary>
internal readonly struct PeerAddress
{
    /// <summary>sockaddr_un: the largest.</summary>
    internal const int MaxSize = 110;

    private const int Internet = 2;
    private const int Internet6 = 10;

    private static readonly UnixDomainSocketEndPoint AnyUnix = new("/");
    private static readonly EndPoint Unnamed = AnyUnix.Create(new SocketAddress(AddressFamily.Unix, 2));

    private readonly ushort _family;
    private readonly ushort _port;
    private readonly uint _scope;
    private readonly Bytes _address;
    private readonly EndPoint? _unix;

    internal PeerAddress(ReadOnlySpan<byte> address)
    {
        _family = BitConverter.ToUInt16(address);
        switch (_family)
        {
            case Internet:
                _port = BinaryPrimitives.ReadUInt16BigEndian(address[2..]);
                address.Slice(4, 4).CopyTo(_address);
                break;
            case Internet6:
                _port = BinaryPrimitives.ReadUInt16BigEndian(address[2..]);
                address.Slice(8, 16).CopyTo(_address);
                _scope = BitConverter.ToUInt32(address[24..]);
                break;
            default:
                _unix = UnixOf(address);
                break;
        }
    }

    internal EndPoint ToEndPoint() => _family switch
    {
        Internet => new IPEndPoint(new IPAddress(((ReadOnlySpan<byte>)_address)[..4]), _port),
        Internet6 => new IPEndPoint(new IPAddress(_address, _scope), _port),
        _ => _unix ?? Unnamed,
    };

    private static EndPoint UnixOf(ReadOnlySpan<byte> address)
    {
        if (address.Length <= 2)
        {
            return Unnamed;
        }

        var named = new SocketAddress(AddressFamily.Unix, address.Length);
        address.CopyTo(named.Buffer.Span);
        return AnyUnix.Create(named);
    }

    [InlineArray(16)]
    private struct Bytes
    {
        private byte _first;
    }
}
