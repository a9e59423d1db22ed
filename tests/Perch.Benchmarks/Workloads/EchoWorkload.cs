using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Perch.Benchmarks.Workloads;

/// <summary>10 KB in, the same out as it comes.</summary>
internal sealed class EchoWorkload : Workload
{
    private const string ContentType = "application/octet-stream";

    private static readonly byte[] Bytes = DownloadWorkload.Pattern(10 * 1024);
    private static readonly HttpResponseStart Head = Start(ContentType, Bytes.Length);

    internal override string Name => "echo";

    internal static ReadOnlyMemory<byte> Body => Bytes;

    internal override async Task RunGatewayAsync(Scope scope, Receive receive, Send send)
    {
        RequireHttp(scope);
        await send(Head);
        bool more = true;
        while (more && await receive() is HttpRequestBody part)
        {
            more = part.MoreBody;
            await send(new HttpResponseBody(part.Body, more));
        }
    }

    internal override Task RunDelegateAsync(HttpContext context) =>
        CopyAsync(context.Request.BodyReader, Begin(context, ContentType, Bytes.Length));

    internal override Task RunFeaturesAsync(IFeatureCollection features) =>
        CopyAsync(features.GetRequiredFeature<IRequestBodyPipeFeature>().Reader, Begin(features, ContentType, Bytes.Length));

    internal override void MapMinimalApi(WebApplication app) =>
        app.MapPost("/", (PipeReader body, HttpResponse response) => CopyAsync(body, Begin(response.HttpContext, ContentType, Bytes.Length)));

    private static async Task CopyAsync(PipeReader input, PipeWriter output)
    {
        while (true)
        {
            ReadResult read = await input.ReadAsync();
            foreach (ReadOnlyMemory<byte> segment in read.Buffer)
            {
                output.Write(segment.Span);
            }

            input.AdvanceTo(read.Buffer.End);
            if (!read.Buffer.IsEmpty)
            {
                await output.FlushAsync();
            }

            if (read.IsCompleted)
            {
                return;
            }
        }
    }
}
