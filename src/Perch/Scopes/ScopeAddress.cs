namespace Perch;

/// <summary>One end of a connection, as in ASGI's <c>client</c> and <c>server</c>.</summary>
/// <param name="Host">The IPv4 or IPv6 address, or the path of a Unix socket.</param>
/// <param name="Port">The port; null for a Unix socket.</param>
public readonly record struct ScopeAddress(string Host, int? Port)
{
    /// <summary><c>127.0.0.1:8000</c>, <c>[::1]:8000</c> or <c>/run/app.sock</c>.</summary>
    public override string ToString() => Port is not { } port ? Host : Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{port}" : $"{Host}:{port}";
}
