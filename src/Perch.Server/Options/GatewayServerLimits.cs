namespace Perch.Server;

/// <summary>Limits on what clients can make grow.</summary>
public sealed class GatewayServerLimits
{
    /// <summary>
    /// The most requests and WebSockets at a time; null for no limit. Beyond: 503 at once. Defaults to null, as uvicorn's
    /// <c>--limit-concurrency</c>.
    /// </summary>
    public int? Concurrency { get; set => field = OptionValue.AtLeast(value, 1); }

    /// <summary>
    /// After how many requests the server stops, for whoever started it to start it again; null for never. With several workers each counts its
    /// own and is replaced. Defaults to null, as uvicorn's <c>--limit-max-requests</c>.
    /// </summary>
    public int? MaxRequests { get; set => field = OptionValue.AtLeast(value, 1); }

    /// <summary>
    /// The most that is added to <see cref="MaxRequests"/>, picked at random: several servers do not stop at a time. Defaults to 0, as
    /// uvicorn's <c>--limit-max-requests-jitter</c>.
    /// </summary>
    public int MaxRequestsJitter { get; set => field = OptionValue.AtLeast(value, 0); }

    /// <summary>The longest request line, in bytes. Beyond: 414. Defaults to 8 KiB, as Kestrel's.</summary>
    public int RequestLine { get; set => field = OptionValue.AtLeast(value, 1); } = 8 * 1024;

    /// <summary>The largest request head, in bytes, request line included. Beyond: 431. Defaults to 32 KiB, as Kestrel's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1, or not less than 2 MiB.</exception>
    public int RequestHead { get; set => field = OptionValue.Between(value, 1, (2 * 1024 * 1024) - 1); } = 32 * 1024;

    /// <summary>The most header fields of a request. Beyond: 431. Defaults to 100, as Kestrel's.</summary>
    public int RequestFields { get; set => field = OptionValue.Between(value, 1, (2 * 1024 * 1024) - 1); } = 100;

    /// <summary>The largest request body, in bytes; 0 for no limit. Beyond: 413. Defaults to 30,000,000, as Kestrel's.</summary>
    public long RequestBody { get; set => field = OptionValue.AtLeast(value, 0); } = 30_000_000;

    /// <summary>The most bytes of chunk extensions in a request body. Beyond: 413. Defaults to 8 KiB. Kestrel's HTTP stack has no such limit.</summary>
    public int ChunkExtensions { get; set => field = OptionValue.AtLeast(value, 0); } = 8 * 1024;

    /// <summary>
    /// The slowest request body that is waited for, in bytes a second, after <see cref="GatewayServerTimeouts.RateGrace"/>; 0 for any. Beyond:
    /// 408. Defaults to 240, as Kestrel's.
    /// </summary>
    public double RequestBodyRate { get; set => field = OptionValue.AtLeast(value, 0); } = 240;

    /// <summary>
    /// The slowest reader of a response that is waited for, in bytes a second, after <see cref="GatewayServerTimeouts.RateGrace"/>; 0 for any.
    /// Beyond it the connection is aborted. Defaults to 240, as Kestrel's.
    /// </summary>
    public double ResponseRate { get; set => field = OptionValue.AtLeast(value, 0); } = 240;
}
