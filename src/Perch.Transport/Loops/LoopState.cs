namespace Perch.Transport.Loops;

/// <summary>What a look of the watch at a loop has found.</summary>
internal enum LoopState
{
    /// <summary>Nothing has happened since the last look.</summary>
    Rests,

    /// <summary>It goes on, or is with an app that has not had its time yet; or it stands still, which has been said.</summary>
    Runs,

    /// <summary>An app has held it for too long: another thread goes on.</summary>
    TakenOver,

    /// <summary>An app holds it, and there is no other thread for it. Said once, not for each app of a bad time.</summary>
    StandsStill,
}
