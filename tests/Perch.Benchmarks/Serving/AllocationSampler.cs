using System.Collections.Concurrent;
using System.Diagnostics.Tracing;
using System.Globalization;

namespace Perch.Benchmarks.Serving;

/// <summary>Which types are allocated, by the runtime's own samples: one for each 100 KB or so.</summary>
internal sealed class AllocationSampler : EventListener
{
    private const string Runtime = "Microsoft-Windows-DotNETRuntime";
    private const EventKeywords Allocations = (EventKeywords)0x1;

    private readonly ConcurrentDictionary<string, long> _bytes = new();

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Runtime)
        {
            EnableEvents(eventSource, EventLevel.Verbose, Allocations);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName is { } name && name.StartsWith("GCAllocationTick", StringComparison.Ordinal) && eventData.PayloadNames is { } names
            && eventData.Payload is { } payload && names.IndexOf("TypeName") is >= 0 and int type && names.IndexOf("AllocationAmount64") is >= 0 and int amount)
        {
            long bytes = Convert.ToInt64(payload[amount], CultureInfo.InvariantCulture);
            _bytes.AddOrUpdate(payload[type] as string ?? "?", bytes, (_, sum) => sum + bytes);
        }
    }

    /// <summary>The types with most bytes, in one line.</summary>
    internal string Describe() => string.Join("; ", _bytes.OrderByDescending(pair => pair.Value).Take(20).Select(pair => $"{pair.Key} {pair.Value}"));
}
