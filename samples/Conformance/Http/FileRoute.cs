using Conformance.App;
using Microsoft.Win32.SafeHandles;
using Perch;

namespace Conformance.Http;

/// <summary>A file, by one of the two extensions for it. For tests on one's own machine: it serves any file that can be read.</summary>
internal static class FileRoute
{
    internal static Task RunAsync(HttpScope scope, Receive receive, Send send)
    {
        var query = new Query(scope.QueryString);
        if (query.Find("path") is not { } path || !File.Exists(path))
        {
            return Reply.NotFoundAsync(scope, receive, send);
        }

        return query.Find("how") switch
        {
            "pathsend" => scope.Offers(ExtensionNames.PathSend) ? PathSendAsync(send, path) : NotOfferedAsync(send, ExtensionNames.PathSend),
            "zerocopysend" => scope.Offers(ExtensionNames.ZeroCopySend) ? ZeroCopySendAsync(send, path) : NotOfferedAsync(send, ExtensionNames.ZeroCopySend),
            _ => Reply.TextAsync(send, 400, "how is pathsend or zerocopysend"),
        };
    }

    private static async Task PathSendAsync(Send send, string path)
    {
        await send(new HttpResponseStart(200, Headers(new FileInfo(path).Length)));
        await send(new HttpResponsePathSend(Path.GetFullPath(path)));
    }

    private static async Task ZeroCopySendAsync(Send send, string path)
    {
        using SafeFileHandle file = File.OpenHandle(path);
        await send(new HttpResponseStart(200, Headers(RandomAccess.GetLength(file))));
        await send(new HttpResponseZeroCopySend(file));
    }

    private static HeaderList Headers(long length) => [("content-type", "application/octet-stream"), Reply.ContentLength(length)];

    private static Task NotOfferedAsync(Send send, string extension) => Reply.TextAsync(send, 501, extension + " is not offered");
}
