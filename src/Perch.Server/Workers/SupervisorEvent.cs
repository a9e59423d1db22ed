namespace Perch.Server.Workers;

/// <summary>What a supervisor acts on, one after the other.</summary>
internal enum SupervisorEvent
{
    /// <summary>A worker serves, or has ended, or it is time to look.</summary>
    Look,

    /// <summary>SIGTERM, SIGINT: stop; the second time: end.</summary>
    Stop,

    /// <summary>SIGHUP: replace the workers.</summary>
    Replace,

    /// <summary>SIGTTIN: one more.</summary>
    Add,

    /// <summary>SIGTTOU: one less.</summary>
    Remove,
}
