namespace Perch.Cli.Apps;

/// <summary>What was named is not an app; the message says what is wrong, and what would be right.</summary>
internal sealed class AppNotLoadedException(string message, Exception? innerException = null) : Exception(message, innerException);
