namespace Perch;

/// <summary>What an app often wants of a request besides its headers.</summary>
public static class RequestScopeExtensions
{
    /// <summary>Parses the query string. Each call parses anew: keep the result.</summary>
    public static QueryParameters GetQuery(this RequestScope scope)
    {
        ArgumentNullException.ThrowIfNull(scope);
        return QueryParameters.Parse(scope.QueryString.Span);
    }

    /// <summary>The value of a cookie of the request, as it came; null if there is none. Of two with one name, the first.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="name">The name; cookie names are case-sensitive.</param>
    public static string? GetCookie(this RequestScope scope, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        foreach (KeyValuePair<string, string> cookie in GetCookies(scope))
        {
            if (cookie.Key == name)
            {
                return cookie.Value;
            }
        }

        return null;
    }

    /// <summary>
    /// The cookies of the request, in their order, of all its <c>cookie</c> fields: HTTP/2 may split them (RFC 9113 §8.2.3). Values are
    /// as they came, quotes included (RFC 6265 §4.1.1); what has no <c>=</c> is left out.
    /// </summary>
    public static IReadOnlyList<KeyValuePair<string, string>> GetCookies(this RequestScope scope)
    {
        ArgumentNullException.ThrowIfNull(scope);
        List<KeyValuePair<string, string>>? cookies = null;
        foreach (string field in scope.Headers.GetValues("cookie"))
        {
            foreach (Range range in field.AsSpan().Split(';'))
            {
                ReadOnlySpan<char> pair = field.AsSpan(range).Trim(" \t");
                int equals = pair.IndexOf('=');
                if (equals > 0)
                {
                    (cookies ??= []).Add(new(pair[..equals].TrimEnd(" \t").ToString(), pair[(equals + 1)..].TrimStart(" \t").ToString()));
                }
            }
        }

        return cookies ?? (IReadOnlyList<KeyValuePair<string, string>>)[];
    }
}
