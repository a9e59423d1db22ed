namespace Perch;

/// <summary>The app's startup or shutdown failed; the host does not start, or ends with an error.</summary>
public sealed class LifespanFailedException : Exception
{
    /// <summary>Creates the exception with no detail.</summary>
    public LifespanFailedException() : base("The app's lifespan failed.") { }

    /// <summary>Creates the exception with the app's message.</summary>
    public LifespanFailedException(string message) : base(message) { }

    /// <summary>Creates the exception with the app's message and what caused it.</summary>
    public LifespanFailedException(string message, Exception? innerException) : base(message, innerException) { }
}
