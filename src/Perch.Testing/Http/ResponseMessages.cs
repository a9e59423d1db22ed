using System.Net;

namespace Perch.Testing.Http;

/// <summary>The response of an app as <see cref="HttpClient"/> knows it.</summary>
internal static class ResponseMessages
{
    /// <summary>Makes a response of a checked head.</summary>
    /// <param name="request">The request.</param>
    /// <param name="head">Status and headers.</param>
    /// <param name="contentLength">The length to declare, or null; it stands for the app's own field.</param>
    /// <param name="body">The body.</param>
    internal static HttpResponseMessage Of(HttpRequestMessage request, ResponseHead head, long? contentLength, Stream body)
    {
        var content = new StreamContent(body);
        var response = new HttpResponseMessage((HttpStatusCode)head.Status) { RequestMessage = request, Version = request.Version, Content = content };
        foreach (Header header in head.Headers)
        {
            ReadOnlySpan<byte> name = header.Name.Span;
            bool isFraming = HeaderRules.Is(name, "content-length"u8) || HeaderRules.Is(name, "transfer-encoding"u8);
            if (isFraming || (request.Version.Major >= 2 && HeaderRules.IsConnectionSpecific(name)))
            {
                continue;
            }

            Add(response, header);
        }

        content.Headers.ContentLength = contentLength;
        return response;
    }

    /// <summary>The answer that the driver gives in the app's place.</summary>
    internal static HttpResponseMessage OwnAnswer(HttpRequestMessage request, int status, string text) => new((HttpStatusCode)status)
    {
        RequestMessage = request,
        Version = request.Version,
        Content = new StringContent(request.Method == HttpMethod.Head ? "" : text, System.Text.Encoding.UTF8, "text/plain"),
    };

    private static void Add(HttpResponseMessage response, Header header)
    {
        if (!response.Headers.TryAddWithoutValidation(header.NameText, header.ValueText))
        {
            response.Content.Headers.TryAddWithoutValidation(header.NameText, header.ValueText);
        }
    }
}
