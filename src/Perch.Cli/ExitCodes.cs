namespace Perch.Cli;

/// <summary>How the command ends.</summary>
internal static class ExitCodes
{
    /// <summary>It was stopped.</summary>
    internal const int Stopped = 0;

    /// <summary>The app's shutdown failed.</summary>
    internal const int ShutdownFailed = 1;

    /// <summary>The command line, the environment or a file is wrong.</summary>
    internal const int Usage = 2;

    /// <summary>It did not start: the app was not loaded, a port is taken, the app's startup failed.</summary>
    internal const int StartFailed = 3;
}
