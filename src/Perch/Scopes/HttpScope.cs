namespace Perch;

/// <summary>The scope of one HTTP request: ASGI's <c>http</c>, version 2.5.</summary>
public sealed class HttpScope : RequestScope
{
    private readonly string? _method;

    /// <summary>Creates a scope of your own, for a test or to call another app: GET / unless said otherwise.</summary>
    public HttpScope() : base(ScopeSource.Defaults) { }

    /// <summary>Creates a copy, to be handed on with changes: <c>new HttpScope(http) { Path = "/x" }</c>.</summary>
    public HttpScope(HttpScope original) : base(original) => _method = original._method;

    internal HttpScope(ScopeSource source) : base(source) { }

    /// <inheritdoc/>
    public override string Type => "http";

    /// <summary>The method, as it came (methods are case-sensitive, RFC 9110 §9.1). Defaults to <c>"GET"</c>.</summary>
    public string Method
    {
        get => _method ?? Source.Method;
        init => _method = value;
    }

    private protected override string DefaultScheme => "http";

    /// <summary>A copy with memory of its own, to be kept after the app's task has ended. It is never disconnected.</summary>
    public HttpScope Detach() => new()
    {
        HttpVersion = HttpVersion,
        Method = Method,
        Scheme = Scheme,
        Path = Path,
        RawPath = RawPath.ToArray(),
        QueryString = QueryString.ToArray(),
        RootPath = RootPath,
        Headers = Headers.Copy(),
        Client = Client,
        Server = Server,
        Extensions = Extensions,
        State = State,
    };

    /// <summary>For the host that reuses this scope: it is that of the request that begins now.</summary>
    internal new void Renew() => base.Renew();
}
