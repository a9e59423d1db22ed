namespace Perch.Tests.Support;

/// <summary>A host's source of values: counts what is asked of it, and can go on to the next request.</summary>
internal sealed class TestSource : ScopeSource
{
    private readonly CancellationTokenSource _disconnected = new();

    internal int PathReads { get; private set; }

    internal string NextPath { get; set; } = "/a";

    internal OfferedExtensions OfferedHere { get; set; } = OfferedExtensions.Trailers;

    internal Dictionary<string, object?> Shared { get; } = [];

    internal override string Method => "PUT";

    internal override string HttpVersion => "2";

    internal override string Path
    {
        get
        {
            PathReads++;
            return NextPath;
        }
    }

    internal override ReadOnlyMemory<byte> RawPath { get; } = "/a"u8.ToArray();

    internal override ReadOnlyMemory<byte> QueryString { get; } = "q=1"u8.ToArray();

    internal override HeaderList Headers { get; } = [("a"u8.ToArray(), "1"u8.ToArray())];

    internal override ScopeAddress? Client => new("127.0.0.1", 5000);

    internal override ScopeAddress? Server => new("/run/app.sock", null);

    internal override OfferedExtensions Offered => OfferedHere;

    internal override IDictionary<string, object?>? State => new Dictionary<string, object?>(Shared);

    internal override IReadOnlyList<string> Subprotocols { get; } = ["chat"];

    internal override CancellationToken Disconnected => _disconnected.Token;

    internal void Disconnect() => _disconnected.Cancel();

    internal void End() => EndGeneration();
}
