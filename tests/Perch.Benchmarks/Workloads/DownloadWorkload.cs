using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Perch.Benchmarks.Workloads;

/// <summary>1 MB from memory, in one piece.</summary>
internal sealed class DownloadWorkload : Workload
{
    private const string ContentType = "application/octet-stream";

    private static readonly byte[] Bytes = Pattern(1024 * 1024);
    private static readonly HttpResponseStart Head = Start(ContentType, Bytes.Length);
    private static readonly HttpResponseBody Whole = new(Bytes);

    internal override string Name => "download";

    internal static ReadOnlyMemory<byte> Body => Bytes;

    /// <summary>Bytes that show when a part is lost, repeated or out of place.</summary>
    internal static byte[] Pattern(int length)
    {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++)
        {
            bytes[i] = (byte)(i * 31 + i / 256);
        }

        return bytes;
    }

    internal override async Task RunGatewayAsync(Scope scope, Receive receive, Send send)
    {
        RequireHttp(scope);
        await send(Head);
        await send(Whole);
    }

    internal override Task RunDelegateAsync(HttpContext context) => Finish(Begin(context, ContentType, Bytes.Length).WriteAsync(Bytes));

    internal override Task RunFeaturesAsync(IFeatureCollection features) => Finish(Begin(features, ContentType, Bytes.Length).WriteAsync(Bytes));

    internal override void MapMinimalApi(WebApplication app) => app.MapGet("/", () => TypedResults.Bytes(Bytes));
}
