using System.Net.Http.Headers;
using Perch.Testing.Hosting;

namespace Perch.Testing.Http;

/// <summary>The scope of a request, as a server would have read it off the wire from <see cref="HttpClient"/>.</summary>
internal static class RequestScopes
{
    internal static HttpScope Of(HttpRequestMessage request, GatewayTestOptions options)
    {
        Uri uri = request.RequestUri is { IsAbsoluteUri: true } absolute
            ? absolute
            : throw new InvalidOperationException("The request needs an absolute URI: set HttpClient.BaseAddress.");
        var target = new RequestTarget(uri, options);
        return new HttpScope
        {
            Method = request.Method.Method,
            HttpVersion = request.Version.Major >= 2 ? $"{request.Version.Major}" : $"{request.Version.Major}.{request.Version.Minor}",
            Scheme = uri.Scheme,
            Path = target.Path,
            RawPath = target.RawPath,
            QueryString = target.QueryString,
            RootPath = options.RootPath,
            Headers = HeadersOf(request, target.HostHeader),
            Client = options.Client,
            Server = target.Server,
            Extensions = RequestTarget.Extensions(options),
            State = RequestTarget.State(options),
        };
    }

    private static HeaderList HeadersOf(HttpRequestMessage request, string host)
    {
        var headers = new List<Header> { new("host", request.Headers.Host ?? host) };
        Add(headers, request.Headers.NonValidated);
        if (request.Content is { } content)
        {
            // Asked for first: it is among the headers only once it has been worked out.
            long? length = content.Headers.ContentLength;
            Add(headers, content.Headers.NonValidated);
            if (request.Headers.TransferEncodingChunked == true)
            {
                // RFC 9112 §6.2: never both; HttpClient chunks then.
                headers.RemoveAll(header => header.Is("content-length"));
            }

            if (length is null && request.Version.Major < 2 && !headers.Exists(header => header.Is("transfer-encoding")))
            {
                headers.Add(("transfer-encoding", "chunked"));
            }
        }
        else if (request.Method.Method is not ("GET" or "HEAD" or "DELETE" or "OPTIONS" or "TRACE" or "CONNECT"))
        {
            // RFC 9110 §8.6: said where the method has a meaning for content; HttpClient does so.
            headers.Add(("content-length", "0"));
        }

        return [.. headers];
    }

    private static void Add(List<Header> headers, HttpHeadersNonValidated fields)
    {
        foreach ((string name, HeaderStringValues values) in fields)
        {
            if (!name.Equals("host", StringComparison.OrdinalIgnoreCase))
            {
                // HttpClient writes the values of one name as one field, with the separator that the name has.
                headers.Add(new Header(name, values.ToString()));
            }
        }
    }
}
