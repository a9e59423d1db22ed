using System.Text;

namespace Perch.Http.Tests.Connections;

/// <summary>Apps that tests share, and what they answer.</summary>
internal static class Apps
{
    internal const string Get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    internal const string HelloAnswer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi";

    internal const string LastHelloAnswer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi";

    private static readonly HttpResponseStart Ok = new(200);
    private static readonly HttpResponseBody Hi = new("hi"u8);

    /// <summary>Answers without a wait.</summary>
    internal static async Task Hello(Scope scope, Receive receive, Send send)
    {
        await send(Ok);
        await send(Hi);
    }

    /// <summary>Answers with path and body, once it has all of it.</summary>
    internal static async Task Echo(Scope scope, Receive receive, Send send)
    {
        var body = new StringBuilder(((HttpScope)scope).Path + " ");
        bool more = true;
        while (more)
        {
            switch (await receive())
            {
                case HttpRequestBody part:
                    body.Append(Encoding.Latin1.GetString(part.Body.Span));
                    more = part.MoreBody;
                    break;
                default:
                    return;
            }
        }

        await send(Ok);
        await send(new HttpResponseBody(Encoding.Latin1.GetBytes(body.ToString())));
    }

    /// <summary>The answer of an app that sends this body whole.</summary>
    internal static string Answer(string body, string fields = "") =>
        $"HTTP/1.1 200 OK\r\ncontent-length: {body.Length}\r\n{fields}\r\n{body}";

    /// <summary>An answer of Perch's own.</summary>
    internal static string Text(string status, string text, bool closes = true) =>
        $"HTTP/1.1 {status}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: {text.Length}\r\n{(closes ? "connection: close\r\n" : "")}\r\n{text}";
}
