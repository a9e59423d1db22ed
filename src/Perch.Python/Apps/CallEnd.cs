namespace Perch.Python;

/// <summary>How the call of a Python app ended, in the host's words.</summary>
internal static class CallEnd
{
    /// <param name="failure">Null for a return, empty for an app that let its client's leaving through, else the traceback.</param>
    /// <exception cref="ClientDisconnectedException">The app let the exception through.</exception>
    /// <exception cref="PythonAppException">The app failed.</exception>
    internal static void Check(string? failure)
    {
        switch (failure)
        {
            case null:
                return;
            case "":
                throw new ClientDisconnectedException();
            default:
                throw new PythonAppException(failure);
        }
    }
}
