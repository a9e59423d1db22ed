using System.Buffers;
using System.Collections;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Perch.Loops;

namespace Perch.Transport.Connections;

/// <summary>The features of a connection, which are itself, and those that are added to it.</summary>
internal sealed partial class LoopConnection :
    IFeatureCollection,
    IConnectionIdFeature,
    IConnectionTransportFeature,
    IConnectionItemsFeature,
    IConnectionLifetimeFeature,
    IConnectionEndPointFeature,
    IConnectionSocketFeature,
    IMemoryPoolFeature,
    IHalfCloseFeature
{
    private static readonly Type[] Own =
    [
        typeof(IConnectionIdFeature), typeof(IConnectionTransportFeature), typeof(IConnectionItemsFeature), typeof(IConnectionLifetimeFeature),
        typeof(IConnectionEndPointFeature), typeof(IConnectionSocketFeature), typeof(IMemoryPoolFeature), typeof(IHalfCloseFeature),
    ];

    // A type that is here stands before our own; null: it was removed.
    private List<KeyValuePair<Type, object?>>? _features;
    private int _revision;

    bool IFeatureCollection.IsReadOnly => false;

    int IFeatureCollection.Revision => _revision;

    MemoryPool<byte> IMemoryPoolFeature.MemoryPool => _pool ?? MemoryPool<byte>.Shared;

    Socket IConnectionSocketFeature.Socket => _pipes.Lend();

    object? IFeatureCollection.this[Type key]
    {
        get => Find(key);
        set => Put(key, value);
    }

    TFeature? IFeatureCollection.Get<TFeature>()
        where TFeature : default => (TFeature?)Find(typeof(TFeature));

    void IFeatureCollection.Set<TFeature>(TFeature? instance)
        where TFeature : default => Put(typeof(TFeature), instance);

    IEnumerator<KeyValuePair<Type, object>> IEnumerable<KeyValuePair<Type, object>>.GetEnumerator()
    {
        IEnumerable<Type> types = Own.Concat(_features?.Select(feature => feature.Key) ?? []).Distinct();
        foreach (Type type in types)
        {
            if (Find(type) is { } feature)
            {
                yield return new(type, feature);
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<KeyValuePair<Type, object>>)this).GetEnumerator();

    void IConnectionLifetimeFeature.Abort() => Abort();

    private object? Find(Type type)
    {
        for (int i = 0; i < _features?.Count; i++)
        {
            if (_features[i].Key == type)
            {
                return _features[i].Value;
            }
        }

        return Array.IndexOf(Own, type) >= 0 ? this : null;
    }

    private void Put(Type type, object? feature)
    {
        _revision++;
        _features ??= [];
        int index = _features.FindIndex(known => known.Key == type);
        if (index >= 0)
        {
            _features[index] = new(type, feature);
        }
        else
        {
            _features.Add(new(type, feature));
        }
    }
}
