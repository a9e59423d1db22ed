namespace Perch;

/// <summary>What a scope has instead of its host's values; null for what it has of them.</summary>
internal sealed record RequestChanges
{
    internal string? HttpVersion { get; set; }

    internal string? Scheme { get; set; }

    internal string? Path { get; set; }

    internal ReadOnlyMemory<byte>? RawPath { get; set; }

    internal ReadOnlyMemory<byte>? QueryString { get; set; }

    internal string? RootPath { get; set; }

    internal HeaderList? Headers { get; set; }

    /// <summary>Null may be what it is changed to: see <see cref="HasClient"/>.</summary>
    internal ScopeAddress? Client { get; set; }

    internal bool HasClient { get; set; }

    /// <summary>Null may be what it is changed to: see <see cref="HasServer"/>.</summary>
    internal ScopeAddress? Server { get; set; }

    internal bool HasServer { get; set; }
}
