using Microsoft.AspNetCore.Routing.Patterns;

namespace Perch.AspNetCore;

/// <summary>Where an endpoint is mounted, and how much of a request's path that is.</summary>
internal sealed class RoutePrefix
{
    /// <summary>Not mounted under a prefix: the root path is the host's <c>PathBase</c>.</summary>
    internal static readonly RoutePrefix None = new("", 0);

    private readonly string _literal;
    private readonly int _segments;

    private RoutePrefix(string literal, int segments)
    {
        _literal = literal;
        _segments = segments;
    }

    /// <summary>Refuses a prefix of which it is not known where it ends; route parameters are allowed: <c>/tenants/{id}</c>.</summary>
    /// <exception cref="ArgumentException">The prefix has an optional or catch-all part.</exception>
    internal static void Check(string prefix)
    {
        foreach (RoutePatternParameterPart parameter in RoutePatternFactory.Parse(prefix).Parameters)
        {
            if (parameter.IsCatchAll || parameter.IsOptional || parameter.Default is not null)
            {
                throw new ArgumentException(
                    $"The prefix '{prefix}' of a gateway app cannot have an optional or catch-all parameter ('{parameter.Name}'): what is below it goes to the app.",
                    nameof(prefix));
            }
        }
    }

    /// <summary>The prefix of an endpoint: all of its pattern but the last segment, which takes what is below. A route group's own is part of it.</summary>
    internal static RoutePrefix Of(RoutePattern endpoint)
    {
        int segments = endpoint.PathSegments.Count - 1;
        string literal = "";
        foreach (RoutePatternPathSegment segment in endpoint.PathSegments.Take(segments))
        {
            if (!segment.IsSimple || segment.Parts[0] is not RoutePatternLiteralPart part)
            {
                return new("", segments);
            }

            literal += "/" + part.Content;
        }

        return new(literal, segments);
    }

    /// <summary>The root path of a request: its <c>PathBase</c> and the segments of its path that the prefix matched.</summary>
    internal string RootPathOf(string pathBase, string path)
    {
        if (_segments == 0)
        {
            return pathBase;
        }

        // Routing disregards case, root_path is a prefix of path to the letter: the request's own spelling counts.
        if (_literal.Length > 0 && path.StartsWith(_literal, StringComparison.Ordinal))
        {
            return pathBase.Length == 0 ? _literal : pathBase + _literal;
        }

        int end = 0;
        for (int segment = 0; segment < _segments; segment++)
        {
            int slash = path.IndexOf('/', Math.Min(end + 1, path.Length));
            end = slash < 0 ? path.Length : slash;
        }

        return string.Concat(pathBase, path.AsSpan(0, end));
    }
}
