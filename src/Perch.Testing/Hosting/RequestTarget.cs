using System.Text;
using Perch.Testing.Http;

namespace Perch.Testing.Hosting;

/// <summary>What a URI comes to in a scope.</summary>
internal readonly struct RequestTarget
{
    internal RequestTarget(Uri uri, GatewayTestOptions options)
    {
        // As it would be on the wire: a URI may have been made so that it is not normalised.
        string target = uri.PathAndQuery;
        int query = target.IndexOf('?', StringComparison.Ordinal);
        RawPath = Encoding.UTF8.GetBytes(query < 0 ? target : target[..query]);
        QueryString = query < 0 ? [] : Encoding.UTF8.GetBytes(target[(query + 1)..]);
        Path = PercentDecoding.Decode(RawPath);
        string host = uri.HostNameType == UriHostNameType.IPv6 ? $"[{uri.IdnHost}]" : uri.IdnHost;
        HostHeader = uri.IsDefaultPort ? host : $"{host}:{uri.Port}";
        Server = new ScopeAddress(uri.IdnHost, uri.Port);

        // ASGI, HTTP: path includes root_path. An app that cuts it off would cut off something else.
        string root = options.RootPath;
        if (!Path.StartsWith(root, StringComparison.Ordinal) || (root.Length > 0 && Path.Length > root.Length && Path[root.Length] != '/'))
        {
            throw new ArgumentException($"The path '{Path}' is not below the RootPath '{root}'.", nameof(uri));
        }
    }

    internal byte[] RawPath { get; }

    internal byte[] QueryString { get; }

    internal string Path { get; }

    internal string HostHeader { get; }

    internal ScopeAddress Server { get; }

    /// <summary>The extensions of the scope that the options bring along.</summary>
    internal static IReadOnlyDictionary<string, object> Extensions(GatewayTestOptions options) =>
        ExtensionNames.ToDictionary(options.Tls is null ? OfferedExtensions.None : OfferedExtensions.Tls, options.Tls);

    internal static IDictionary<string, object?> State(GatewayTestOptions options) => options.State ?? new Dictionary<string, object?>();
}
