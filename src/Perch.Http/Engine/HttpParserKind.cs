namespace Perch.Http;

/// <summary>Who reads request heads on the raw path.</summary>
public enum HttpParserKind
{
    /// <summary>Ours: strict, in one pass.</summary>
    Perch,

    /// <summary>Kestrel's public <c>HttpParser&lt;T&gt;</c>, for comparison.</summary>
    Kestrel,
}
