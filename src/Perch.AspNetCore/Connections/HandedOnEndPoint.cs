using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Perch.AspNetCore.Connections;

/// <summary>
/// The place where Kestrel takes over connections that another endpoint of it has accepted. Its name, which the host lists among its
/// addresses, is a URL of that endpoint: a client that takes it from the list gets there.
/// </summary>
internal sealed class HandedOnEndPoint(ListenOptions acceptedAt) : EndPoint
{
    public override string ToString()
    {
        string address = acceptedAt.ToString() ?? "";
        int scheme = address.IndexOf("://", StringComparison.Ordinal);
        return $"{(scheme < 0 ? address : address[(scheme + 3)..])}/#http2";
    }
}
