namespace Perch;

/// <summary>The scope of an app's life in a server: ASGI's <c>lifespan</c>, version 2.0.</summary>
public sealed class LifespanScope : Scope
{
    /// <summary>Creates a scope with an empty state.</summary>
    public LifespanScope() : this(new Dictionary<string, object?>()) { }

    /// <summary>Creates a scope.</summary>
    /// <param name="state">What the startup fills; every later scope gets a shallow copy of it.</param>
    public LifespanScope(IDictionary<string, object?> state) : base(ScopeSource.Defaults)
    {
        ArgumentNullException.ThrowIfNull(state);
        State = state;
    }

    /// <summary>The services of the host that runs the lifespan, for apps that are part of Perch; null where it has none.</summary>
    internal IServiceProvider? Services { get; init; }

    /// <inheritdoc/>
    public override string Type => "lifespan";

    /// <inheritdoc/>
    public override string SpecVersion => "2.0";
}
