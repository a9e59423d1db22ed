using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.Features;

namespace Perch.AspNetCore.Http;

/// <summary>
/// Looks for the features that every request needs. The collection's generic method has its code looked up at each call, which costs
/// more than the search; its indexer does not.
/// </summary>
internal static class FeatureLookup
{
    /// <summary>The feature, or null.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T? Find<T>(this IFeatureCollection features) where T : class => (T?)features[typeof(T)];

    /// <exception cref="InvalidOperationException">The host's server does not have it.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T FindRequired<T>(this IFeatureCollection features) where T : class => features.Find<T>() ?? features.GetRequiredFeature<T>();
}
