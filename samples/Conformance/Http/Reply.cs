using System.Globalization;
using System.Text;
using Perch;

namespace Conformance.Http;

/// <summary>Answers that several routes give.</summary>
internal static class Reply
{
    internal static Task TextAsync(Send send, int status, string text) => WholeAsync(send, status, "text/plain", Encoding.UTF8.GetBytes(text));

    internal static Task JsonAsync(Send send, byte[] json) => WholeAsync(send, 200, "application/json", json);

    internal static Task NotFoundAsync(HttpScope scope, Receive receive, Send send) => TextAsync(send, 404, "not found");

    /// <summary>The field that declares a length.</summary>
    internal static Header ContentLength(long length) => ("content-length", length.ToString(CultureInfo.InvariantCulture));

    private static async Task WholeAsync(Send send, int status, string type, ReadOnlyMemory<byte> body)
    {
        await send(new HttpResponseStart(status, [("content-type", type), ContentLength(body.Length)]));
        await send(new HttpResponseBody(body));
    }
}
