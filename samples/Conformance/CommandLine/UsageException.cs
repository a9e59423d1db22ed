namespace Conformance.CommandLine;

/// <summary>The command line is wrong; the message is one line for whoever typed it.</summary>
internal sealed class UsageException(string message) : Exception(message);
