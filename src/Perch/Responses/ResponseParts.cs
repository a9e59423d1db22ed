using System.Globalization;

namespace Perch;

/// <summary>What the response helpers have in common.</summary>
internal static class ResponseParts
{
    /// <summary>The start of a response, with the content headers that the given ones lack.</summary>
    /// <param name="status">The status code.</param>
    /// <param name="headers">The app's headers, which come first.</param>
    /// <param name="contentType">The media type, or null.</param>
    /// <param name="length">The length of the body, or null if it is not known.</param>
    internal static HttpResponseStart Start(int status, HeaderList? headers, string? contentType, long? length)
    {
        headers ??= HeaderList.Empty;

        // RFC 9110 §8.6: no content-length with 204; with 205 and 304 it would describe something else than this empty body.
        if (status is 204 or 205 or 304)
        {
            return new HttpResponseStart(status, headers);
        }

        bool addType = contentType is not null && !headers.Contains("content-type");
        bool addLength = length is not null && !headers.Contains("content-length");
        return new HttpResponseStart(status, (addType, addLength) switch
        {
            (true, true) => [.. headers, ("content-type", contentType!), ("content-length", Text(length!.Value))],
            (true, false) => [.. headers, ("content-type", contentType!)],
            (false, true) => [.. headers, ("content-length", Text(length!.Value))],
            _ => headers,
        });
    }

    /// <summary>Whether the response has no body on the wire, so that producing one is for nothing.</summary>
    internal static bool IsBodiless(HttpScope scope, int status) => scope.Method == "HEAD" || status is 204 or 205 or 304;

    internal static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
