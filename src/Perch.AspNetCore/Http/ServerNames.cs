using System.Collections.Frozen;
using Microsoft.Net.Http.Headers;

namespace Perch.AspNetCore.Http;

/// <summary>
/// Names of response fields as ASP.NET Core's servers know them: the same string object saves Kestrel comparing letters for each response.
/// </summary>
internal static class ServerNames
{
    private static readonly FrozenDictionary<string, string> Known = new[]
    {
        HeaderNames.AcceptRanges, HeaderNames.AccessControlAllowCredentials, HeaderNames.AccessControlAllowHeaders,
        HeaderNames.AccessControlAllowMethods, HeaderNames.AccessControlAllowOrigin, HeaderNames.AccessControlExposeHeaders,
        HeaderNames.AccessControlMaxAge, HeaderNames.Age, HeaderNames.Allow, HeaderNames.CacheControl, HeaderNames.Connection,
        HeaderNames.ContentDisposition, HeaderNames.ContentEncoding, HeaderNames.ContentLanguage, HeaderNames.ContentLocation,
        HeaderNames.ContentRange, HeaderNames.ContentSecurityPolicy, HeaderNames.ContentType, HeaderNames.Date, HeaderNames.ETag,
        HeaderNames.Expires, HeaderNames.KeepAlive, HeaderNames.LastModified, HeaderNames.Link, HeaderNames.Location, HeaderNames.Pragma,
        HeaderNames.RetryAfter, HeaderNames.Server, HeaderNames.SetCookie, HeaderNames.StrictTransportSecurity, HeaderNames.Trailer,
        HeaderNames.Upgrade, HeaderNames.Vary, HeaderNames.Via, HeaderNames.WWWAuthenticate, HeaderNames.XContentTypeOptions,
        HeaderNames.XFrameOptions,
    }.ToFrozenDictionary(name => name, StringComparer.OrdinalIgnoreCase);

    internal static string Of(string name) => Known.GetValueOrDefault(name, name);
}
