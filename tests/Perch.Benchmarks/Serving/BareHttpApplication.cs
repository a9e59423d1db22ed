using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Perch.Benchmarks.Workloads;

namespace Perch.Benchmarks.Serving;

/// <summary>What a server hands a request to, with nothing between.</summary>
internal sealed class BareHttpApplication(Workload workload) : IHttpApplication<IFeatureCollection>
{
    public IFeatureCollection CreateContext(IFeatureCollection contextFeatures) => contextFeatures;

    public Task ProcessRequestAsync(IFeatureCollection context) => workload.RunFeaturesAsync(context);

    public void DisposeContext(IFeatureCollection context, Exception? exception) { }
}
