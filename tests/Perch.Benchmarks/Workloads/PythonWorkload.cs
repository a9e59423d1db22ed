using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Perch.Benchmarks.Workloads;

/// <summary>What only servers of Python apps serve: a framework's answer.</summary>
internal sealed class PythonWorkload(string name) : Workload
{
    internal override string Name => name;

    internal override Task RunGatewayAsync(Scope scope, Receive receive, Send send) => throw Elsewhere();

    internal override Task RunDelegateAsync(HttpContext context) => throw Elsewhere();

    internal override Task RunFeaturesAsync(IFeatureCollection features) => throw Elsewhere();

    internal override void MapMinimalApi(WebApplication app) => throw Elsewhere();

    private NotSupportedException Elsewhere() => new($"The workload '{name}' is a Python app.");
}
