namespace Perch.Benchmarks.Measuring;

/// <summary>One server in one round.</summary>
internal sealed record Measurement
{
    /// <summary>How many requests were counted.</summary>
    public required int Requests { get; init; }

    /// <summary>How long they took.</summary>
    public required double Seconds { get; init; }

    /// <summary>Server CPU a request, user and system, in microseconds.</summary>
    public required double CpuMicroseconds { get; init; }

    /// <summary>What of it its workers used.</summary>
    public required double WorkersCpuMicroseconds { get; init; }

    /// <summary>The private bytes in memory of its largest worker.</summary>
    public required long WorkerBytes { get; init; }

    /// <summary>Bytes that the server allocated a request.</summary>
    public required double AllocatedBytes { get; init; }

    /// <summary>Half of the answers took no longer, in microseconds.</summary>
    public required double P50Microseconds { get; init; }

    /// <summary>99 of 100 answers took no longer, in microseconds.</summary>
    public required double P99Microseconds { get; init; }

    /// <summary>Methods that the server compiled meanwhile: 0, or it was not warm.</summary>
    public required int CompiledMethods { get; init; }

    /// <summary>The share of its core that the client used: at 1 it is the client that was measured.</summary>
    public required double ClientShare { get; init; }

    /// <summary>The share of the time of the cores in use that a hypervisor gave to others meanwhile.</summary>
    public required double StolenShare { get; init; }

    /// <summary>How many measurements were thrown away for this one, because a hypervisor took more of theirs.</summary>
    public int Discarded { get; init; }

    public double RequestsPerSecond => Requests / Seconds;
}
