using Perch.AspNetCore.Tests.Support;
using Perch.Http;

namespace Perch.AspNetCore.Tests.WebSockets;

/// <summary>Tests that run on both engines: what an app sees must not depend on which it is.</summary>
public abstract class WebSocketTests(WebSocketEngineKind engine)
{
    private protected WebSocketEngineKind Engine => engine;

    private protected bool IsPerch => engine == WebSocketEngineKind.Perch;

    /// <summary>A host with the engine, and one app as the end of the pipeline.</summary>
    private protected Task<TestServer> StartAsync(GatewayApp app, TestServerOptions? options = null)
    {
        options ??= new();
        Action<GatewayOptions>? more = options.Gateway;
        return TestServer.StartAsync(app, options with
        {
            Gateway = gateway =>
            {
                gateway.WebSocketEngine = engine;
                more?.Invoke(gateway);
            },
        });
    }
}
