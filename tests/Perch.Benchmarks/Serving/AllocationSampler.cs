using System.Collections.Concurrent;
using System.Diagnostics.Tracing;

namespace Perch.Benchmarks.Serving;

/// <summary>
/// What is allocated, by the runtime's own samples: one for each 100 KB or so, of the object that a byte chosen at random is in. Its older
/// event tells of the object that filled a thread's buffer, which in a loop is always the same one.
/// </summary>
internal sealed class AllocationSampler : EventListener
{
    private const string Runtime = "Microsoft-Windows-DotNETRuntime";
    private const EventKeywords AllocationSampling = (EventKeywords)0x80000000000;

    private readonly ConcurrentDictionary<string, int> _samples = new();

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == Runtime)
        {
            EnableEvents(eventSource, EventLevel.Informational, AllocationSampling);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData is { EventName: "AllocationSampled", PayloadNames: { } names, Payload: { } payload }
            && names.IndexOf("TypeName") is >= 0 and int type && names.IndexOf("ObjectSize") is >= 0 and int size)
        {
            _samples.AddOrUpdate($"{payload[type]} of {payload[size]} bytes", 1, (_, count) => count + 1);
        }
    }

    /// <summary>The objects with most samples, in one line.</summary>
    internal string Describe() => string.Join("; ", _samples.OrderByDescending(pair => pair.Value).Take(20).Select(pair => $"{pair.Key}: {pair.Value}"));
}
