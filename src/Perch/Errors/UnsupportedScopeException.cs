namespace Perch;

/// <summary>
/// The app does not serve this kind of scope. On a <see cref="LifespanScope"/> it means that the app has no lifespan, and a
/// host in mode <c>auto</c> goes on without; on any other scope it is an error of the app.
/// </summary>
public sealed class UnsupportedScopeException : NotSupportedException
{
    /// <summary>Creates the exception for a scope that the app does not serve.</summary>
    public UnsupportedScopeException(Scope scope) : base($"The app does not serve scopes of type '{Describe(scope)}'.") => ScopeType = scope.Type;

    /// <summary>Creates the exception with no detail.</summary>
    public UnsupportedScopeException() : base("The app does not serve this type of scope.") { }

    /// <summary>Creates the exception with a message.</summary>
    public UnsupportedScopeException(string message) : base(message) { }

    /// <summary>Creates the exception with a message and what caused it.</summary>
    public UnsupportedScopeException(string message, Exception? innerException) : base(message, innerException) { }

    /// <summary>The type of the scope (<c>"lifespan"</c>), if it was given.</summary>
    public string? ScopeType { get; }

    private static string Describe(Scope scope)
    {
        ArgumentNullException.ThrowIfNull(scope);
        return scope.Type;
    }
}
