using System.Collections.Concurrent;

namespace Conformance.App;

/// <summary>The ends of the connections that were opened with <c>?id=X</c>, for <c>/last-disconnect?id=X</c>.</summary>
internal sealed class DisconnectLog
{
    private readonly ConcurrentDictionary<string, DisconnectRecord> _records = new();

    internal void Add(string id, DisconnectRecord record) => _records[id] = record;

    internal DisconnectRecord? Find(string id) => _records.GetValueOrDefault(id);
}
