using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Perch.Benchmarks.Workloads;

/// <summary>The same answer in each of the ways that a server can be programmed, with the fewest steps that each of them allows.</summary>
internal abstract class Workload
{
    internal abstract string Name { get; }

    /// <summary>As a gateway app.</summary>
    internal abstract Task RunGatewayAsync(Scope scope, Receive receive, Send send);

    /// <summary>As the end of an ASP.NET Core pipeline, or an endpoint of it.</summary>
    internal abstract Task RunDelegateAsync(HttpContext context);

    /// <summary>On the server's features, with no <see cref="HttpContext"/>.</summary>
    internal abstract Task RunFeaturesAsync(IFeatureCollection features);

    /// <summary>As a minimal API would be written.</summary>
    internal abstract void MapMinimalApi(WebApplication app);

    /// <summary>The events of a benchmark are sent over and over: they are made once, and so are their headers.</summary>
    private protected static HttpResponseStart Start(string contentType, int? length) => new(
        200,
        length is { } bytes ? [("content-type", contentType), ("content-length", $"{bytes}")] : [("content-type", contentType)]);

    private protected static void RequireHttp(Scope scope)
    {
        if (scope is not HttpScope)
        {
            throw new UnsupportedScopeException(scope);
        }
    }

    private protected static System.IO.Pipelines.PipeWriter Begin(IFeatureCollection features, string contentType, int? length)
    {
        IHttpResponseFeature response = features.GetRequiredFeature<IHttpResponseFeature>();
        response.Headers.ContentType = contentType;
        response.Headers.ContentLength = length;
        return features.GetRequiredFeature<IHttpResponseBodyFeature>().Writer;
    }

    private protected static System.IO.Pipelines.PipeWriter Begin(HttpContext context, string contentType, int? length)
    {
        HttpResponse response = context.Response;
        response.Headers.ContentType = contentType;
        response.ContentLength = length;
        return response.BodyWriter;
    }

    private protected static Task Finish(ValueTask<System.IO.Pipelines.FlushResult> flush) =>
        flush.IsCompletedSuccessfully ? Task.CompletedTask : flush.AsTask();
}
