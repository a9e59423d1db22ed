using System.Collections.Frozen;

namespace Perch;

/// <summary>The names of the extensions that hosts offer in <see cref="Scope.Extensions"/>.</summary>
public static class ExtensionNames
{
    /// <summary><c>http.response.trailers</c>.</summary>
    public const string Trailers = "http.response.trailers";

    /// <summary><c>http.response.early_hint</c>.</summary>
    public const string EarlyHint = "http.response.early_hint";

    /// <summary><c>http.response.pathsend</c>.</summary>
    public const string PathSend = "http.response.pathsend";

    /// <summary><c>http.response.zerocopysend</c>.</summary>
    public const string ZeroCopySend = "http.response.zerocopysend";

    /// <summary><c>http.response.debug</c>.</summary>
    public const string Debug = "http.response.debug";

    /// <summary><c>perch.http.response</c>: a whole response in one event.</summary>
    public const string FullResponse = "perch.http.response";

    /// <summary><c>websocket.http.response</c>: the denial response.</summary>
    public const string DenialResponse = "websocket.http.response";

    /// <summary><c>tls</c>; its value is a <see cref="TlsInfo"/>.</summary>
    public const string Tls = "tls";

    private static readonly (OfferedExtensions Flag, string Name)[] All =
    [
        (OfferedExtensions.Trailers, Trailers),
        (OfferedExtensions.EarlyHint, EarlyHint),
        (OfferedExtensions.PathSend, PathSend),
        (OfferedExtensions.ZeroCopySend, ZeroCopySend),
        (OfferedExtensions.Debug, Debug),
        (OfferedExtensions.FullResponse, FullResponse),
        (OfferedExtensions.DenialResponse, DenialResponse),
        (OfferedExtensions.Tls, Tls),
    ];

    private static readonly FrozenDictionary<string, object> NoValues = FrozenDictionary<string, object>.Empty;

    internal static string Of(OfferedExtensions flag) => Array.Find(All, entry => entry.Flag == flag).Name;

    internal static OfferedExtensions FlagOf(string name)
    {
        foreach ((OfferedExtensions flag, string known) in All)
        {
            if (known == name)
            {
                return flag;
            }
        }

        return OfferedExtensions.None;
    }

    /// <summary>The flags of those that a dictionary has.</summary>
    internal static OfferedExtensions FlagsOf(IReadOnlyDictionary<string, object> extensions)
    {
        var flags = OfferedExtensions.None;
        foreach ((OfferedExtensions flag, string name) in All)
        {
            flags |= extensions.ContainsKey(name) ? flag : OfferedExtensions.None;
        }

        return flags;
    }

    /// <summary>The dictionary that an app sees; an extension that has nothing to tell has an empty one as its value, as in ASGI.</summary>
    internal static IReadOnlyDictionary<string, object> ToDictionary(OfferedExtensions offered, TlsInfo? tls = null)
    {
        var extensions = new Dictionary<string, object>();
        foreach ((OfferedExtensions flag, string name) in All)
        {
            if ((offered & flag) != 0)
            {
                extensions[name] = flag == OfferedExtensions.Tls ? tls ?? new TlsInfo() : NoValues;
            }
        }

        return extensions;
    }
}
