namespace Perch.Python;

/// <summary>The event loop of the workers, as uvicorn's <c>--loop</c>.</summary>
public enum PythonLoop
{
    /// <summary>uvloop if it can be imported, else asyncio. The default.</summary>
    Auto,

    /// <summary>Python's own.</summary>
    Asyncio,

    /// <summary>uvloop; a worker without it does not start.</summary>
    Uvloop,
}
