namespace Perch.Python;

/// <summary>The Python app failed; the message ends with Python's traceback.</summary>
public sealed class PythonAppException : Exception
{
    /// <summary>Creates the exception with no detail.</summary>
    public PythonAppException() : base("The Python app failed.") { }

    /// <summary>Creates the exception with Python's traceback, or another message.</summary>
    public PythonAppException(string message) : base(message) { }

    /// <summary>Creates the exception with a message and what caused it.</summary>
    public PythonAppException(string message, Exception? innerException) : base(message, innerException) { }
}
