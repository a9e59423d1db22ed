namespace Perch.Server;

/// <summary>How the app runs.</summary>
public sealed class GatewayServerApp
{
    /// <summary>
    /// Whether the app is started and stopped by the lifespan protocol. Defaults to <see cref="LifespanMode.Auto"/>, as uvicorn's
    /// <c>--lifespan</c>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is no value of the enum.</exception>
    public LifespanMode Lifespan { get; set => field = OptionValue.Defined(value); } = LifespanMode.Auto;
}
