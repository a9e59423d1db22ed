using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Perch.Http.Connections;

namespace Perch.Http.Engine;

/// <summary>What all requests of a connection have in common.</summary>
internal sealed class ConnectionFacts
{
    private readonly ConnectionContext? _connection;
    private TlsInfo? _tls;
    private bool _tlsKnown;
    private ScopeAddress? _client;
    private ScopeAddress? _server;
    private bool _addressesKnown;

    internal ConnectionFacts(ConnectionContext? connection, LifespanRunner? lifespan)
    {
        _connection = connection;
        Lifespan = lifespan;
        IsTls = connection?.Features.Get<ITlsHandshakeFeature>() is not null;
    }

    /// <summary>What an engine without a connection has.</summary>
    internal static ConnectionFacts None { get; } = new(null, null);

    /// <summary>The server stops: the request that runs is the last of the connection.</summary>
    internal volatile bool IsStopping;

    internal bool IsTls { get; }

    internal LifespanRunner? Lifespan { get; }

    internal CancellationToken Closed => _connection?.ConnectionClosed ?? CancellationToken.None;

    internal TlsInfo? Tls
    {
        get
        {
            if (!_tlsKnown)
            {
                _tls = IsTls ? TlsFacts.Of(_connection!.Features, server: null) : null;
                _tlsKnown = true;
            }

            return _tls;
        }
    }

    internal ScopeAddress? Client
    {
        get
        {
            ReadAddresses();
            return _client;
        }
    }

    internal ScopeAddress? Server
    {
        get
        {
            ReadAddresses();
            return _server;
        }
    }

    /// <summary>A request of which nothing is known but where it came.</summary>
    internal HttpScope DescribeRefused() => new() { Scheme = IsTls ? "https" : "http", Client = Client, Server = Server };

    private void ReadAddresses()
    {
        if (!_addressesKnown)
        {
            _client = AddressOf(_connection?.RemoteEndPoint);
            _server = AddressOf(_connection?.LocalEndPoint);
            _addressesKnown = true;
        }
    }

    /// <summary>An end of a connection as a scope has it.</summary>
    internal static ScopeAddress? AddressOf(EndPoint? endPoint) => endPoint switch
    {
        IPEndPoint ip => new ScopeAddress((ip.Address.IsIPv4MappedToIPv6 ? ip.Address.MapToIPv4() : ip.Address).ToString(), ip.Port),
        UnixDomainSocketEndPoint unix when unix.ToString() is { Length: > 0 } path => new ScopeAddress(path, null),
        _ => null,
    };
}
