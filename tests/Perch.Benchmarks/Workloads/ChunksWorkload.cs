using System.IO.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Perch.Benchmarks.Workloads;

/// <summary>A stream of 100 pieces of 100 bytes, each of them flushed.</summary>
internal sealed class ChunksWorkload : Workload
{
    private const string ContentType = "text/plain";
    private const int Count = 100;

    private static readonly byte[] Bytes = DownloadWorkload.Pattern(100);
    private static readonly HttpResponseStart Head = Start(ContentType, null);
    private static readonly HttpResponseBody Piece = new(Bytes, moreBody: true);

    internal override string Name => "chunks";

    internal static ReadOnlyMemory<byte> Body { get; } = Enumerable.Repeat(Bytes, Count).SelectMany(piece => piece).ToArray();

    internal override async Task RunGatewayAsync(Scope scope, Receive receive, Send send)
    {
        RequireHttp(scope);
        await send(Head);
        for (int i = 0; i < Count; i++)
        {
            await send(Piece);
        }

        await send(HttpResponseBody.Empty);
    }

    internal override Task RunDelegateAsync(HttpContext context) => WriteAsync(Begin(context, ContentType, null));

    internal override Task RunFeaturesAsync(IFeatureCollection features) => WriteAsync(Begin(features, ContentType, null));

    internal override void MapMinimalApi(WebApplication app) =>
        app.MapGet("/", (HttpResponse response) => WriteAsync(Begin(response.HttpContext, ContentType, null)));

    private static async Task WriteAsync(PipeWriter output)
    {
        for (int i = 0; i < Count; i++)
        {
            await output.WriteAsync(Bytes);
        }
    }
}
