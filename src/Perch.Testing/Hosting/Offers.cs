namespace Perch.Testing.Hosting;

/// <summary>Which extensions a scope of the driver offers.</summary>
internal static class Offers
{
    private const OfferedExtensions Http = OfferedExtensions.Trailers | OfferedExtensions.EarlyHint | OfferedExtensions.PathSend
        | OfferedExtensions.ZeroCopySend | OfferedExtensions.Debug | OfferedExtensions.FullResponse;

    /// <summary>What the options name, or all there are.</summary>
    /// <exception cref="ArgumentException">The options name an extension that the kind of scope does not have.</exception>
    internal static OfferedExtensions For(Scope values, GatewayTestOptions options)
    {
        OfferedExtensions possible = values switch
        {
            HttpScope => Http,
            WebSocketScope => OfferedExtensions.DenialResponse,
            _ => OfferedExtensions.None,
        };
        OfferedExtensions tls = values.Extensions.ContainsKey(ExtensionNames.Tls) ? OfferedExtensions.Tls : OfferedExtensions.None;
        return (options.Extensions is { } named ? possible & Flags(named) : possible) | tls;
    }

    private static OfferedExtensions Flags(IReadOnlyCollection<string> names)
    {
        OfferedExtensions flags = OfferedExtensions.None;
        foreach (string name in names)
        {
            OfferedExtensions flag = ExtensionNames.FlagOf(name);
            if (flag is OfferedExtensions.None)
            {
                throw new ArgumentException($"'{name}' is not an extension that the in-memory driver can offer.");
            }

            flags |= flag;
        }

        return flags;
    }
}
