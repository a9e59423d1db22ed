namespace Perch.Server;

/// <summary>How the app runs.</summary>
public sealed class GatewayServerApp
{
    /// <summary>
    /// Whether the app is started and stopped by the lifespan protocol. Defaults to <see cref="LifespanMode.Auto"/>, as uvicorn's
    /// <c>--lifespan</c>.
    /// </summary>
    public LifespanMode Lifespan { get; set; } = LifespanMode.Auto;
}
