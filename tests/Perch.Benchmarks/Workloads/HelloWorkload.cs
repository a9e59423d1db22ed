using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Perch.Benchmarks.Workloads;

/// <summary>13 bytes: all that is measured is the way to the app and back.</summary>
internal sealed class HelloWorkload : Workload
{
    private const string ContentType = "text/plain";

    private static readonly byte[] Text = "Hello, World!"u8.ToArray();
    private static readonly HttpResponseStart Head = Start(ContentType, null);
    private static readonly HttpResponseBody Whole = new(Text);

    internal override string Name => "hello";

    internal static ReadOnlyMemory<byte> Body => Text;

    internal override async Task RunGatewayAsync(Scope scope, Receive receive, Send send)
    {
        RequireHttp(scope);
        await receive();
        await send(Head);
        await send(Whole);
    }

    internal override Task RunDelegateAsync(HttpContext context) => Finish(Begin(context, ContentType, Text.Length).WriteAsync(Text));

    internal override Task RunFeaturesAsync(IFeatureCollection features) => Finish(Begin(features, ContentType, Text.Length).WriteAsync(Text));

    internal override void MapMinimalApi(WebApplication app) => app.MapGet("/", () => "Hello, World!");
}
