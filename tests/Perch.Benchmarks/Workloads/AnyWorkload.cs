using System.IO.Pipelines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Perch.Benchmarks.Workloads;

/// <summary>Any request: its body is read to the end, and the answer is always the same.</summary>
internal sealed class AnyWorkload : Workload
{
    private const string ContentType = "text/plain";

    private static readonly byte[] Text = "Hello, World!"u8.ToArray();
    private static readonly HttpResponseStart Head = Start(ContentType, Text.Length);
    private static readonly HttpResponseBody Whole = new(Text);

    internal override string Name => "any";

    internal static ReadOnlyMemory<byte> Body => Text;

    internal override async Task RunGatewayAsync(Scope scope, Receive receive, Send send)
    {
        RequireHttp(scope);
        while (await receive() is HttpRequestBody { MoreBody: true })
        {
            // The next part.
        }

        await send(Head);
        await send(Whole);
    }

    internal override async Task RunDelegateAsync(HttpContext context)
    {
        await ReadToEndAsync(context.Request.BodyReader);
        await AnswerAsync(Begin(context, ContentType, Text.Length), context.Request.Method);
    }

    internal override async Task RunFeaturesAsync(IFeatureCollection features)
    {
        await ReadToEndAsync(features.GetRequiredFeature<IRequestBodyPipeFeature>().Reader);
        await AnswerAsync(Begin(features, ContentType, Text.Length), features.GetRequiredFeature<IHttpRequestFeature>().Method);
    }

    internal override void MapMinimalApi(WebApplication app) => app.Map("/{**path}", async (PipeReader body, HttpContext context) =>
    {
        await ReadToEndAsync(body);
        await AnswerAsync(Begin(context, ContentType, Text.Length), context.Request.Method);
    });

    // Kestrel refuses the body of an answer to HEAD that the app declares and writes; the gateway drops it.
    private static ValueTask<FlushResult> AnswerAsync(PipeWriter output, string method) =>
        HttpMethods.IsHead(method) ? default : output.WriteAsync(Text);

    private static async ValueTask ReadToEndAsync(PipeReader body)
    {
        while (true)
        {
            ReadResult read = await body.ReadAsync();
            body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }
}
