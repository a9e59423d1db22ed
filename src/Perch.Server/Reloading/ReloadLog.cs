using Microsoft.Extensions.Logging;

namespace Perch.Server.Reloading;

/// <summary>What is said of an app that is loaded again.</summary>
internal static partial class ReloadLog
{
    [LoggerMessage(130, LogLevel.Information, "{Reason}: the app is loaded again.", EventName = "Reloads")]
    internal static partial void Reloads(ILogger logger, string reason);

    [LoggerMessage(131, LogLevel.Error, "The app is not loaded again, the old one goes on: {Reason}", EventName = "NotReloaded")]
    internal static partial void NotReloaded(ILogger logger, string reason);

    [LoggerMessage(132, LogLevel.Error, "The app has not started, and is tried again when it changes: {Reason}", EventName = "NotStarted")]
    internal static partial void NotStarted(ILogger logger, string reason);

    [LoggerMessage(133, LogLevel.Warning, "Not all of {Folder} is watched; --reload-dir can name less: {Reason}", EventName = "NotWatched")]
    internal static partial void NotWatched(ILogger logger, string folder, string reason);

    [LoggerMessage(134, LogLevel.Warning, "The app is loaded again, but not all of it is watched: {Reason}", EventName = "NotAllWatched")]
    internal static partial void NotAllWatched(ILogger logger, string reason);

    // Next free id: 135.
}
