namespace Perch.Server.Workers;

/// <summary>What a supervisor acts on, one after the other.</summary>
internal enum SupervisorEvent
{
    /// <summary>A worker serves, or has ended, or it is time to look.</summary>
    Look,

    /// <summary>SIGTERM: stop.</summary>
    Stop,

    /// <summary>SIGINT: stop; if that has begun: end.</summary>
    Interrupt,

    /// <summary>SIGHUP: replace the workers.</summary>
    Replace,

    /// <summary>SIGTTIN: one more.</summary>
    Add,

    /// <summary>SIGTTOU: one less.</summary>
    Remove,
}
