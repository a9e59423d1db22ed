namespace Perch;

/// <summary>Whether a host runs an app's lifespan, as uvicorn's <c>--lifespan</c>.</summary>
public enum LifespanMode
{
    /// <summary>
    /// The host tries. An app that throws <see cref="UnsupportedScopeException"/> has no lifespan; any other failure stops the start. The default.
    /// </summary>
    Auto,

    /// <summary>The app must have a lifespan; one that has none stops the start.</summary>
    On,

    /// <summary>The host does not ask the app.</summary>
    Off,
}
