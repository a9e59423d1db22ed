using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Hosting.Server.Abstractions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Perch.AspNetCore.Http;

namespace Perch.AspNetCore.Tests.Speed;

/// <summary>The features of a request as a server has them, which allocate nothing themselves and keep the last response's bytes.</summary>
internal sealed class StubConnection : IFeatureCollection, IHostContextContainer<HttpExchange>, IHttpRequestFeature, IHttpResponseFeature,
    IHttpResponseBodyFeature, IHttpRequestLifetimeFeature, IHttpRequestBodyDetectionFeature
{
    private readonly StubWriter _writer = new();
    private readonly HeaderDictionary _requestHeaders = new() { ["Host"] = "a", ["X-Custom"] = "value" };
    private readonly HeaderDictionary _responseHeaders = [];

    internal ReadOnlySpan<byte> Body => _writer.Written;

    internal int Status { get; private set; }

    public HttpExchange? HostContext { get; set; }

    public bool IsReadOnly => true;

    public int Revision => 0;

    string IHttpRequestFeature.Protocol { get; set; } = "HTTP/1.1";

    string IHttpRequestFeature.Scheme { get; set; } = "http";

    string IHttpRequestFeature.Method { get; set; } = "GET";

    string IHttpRequestFeature.PathBase { get; set; } = "";

    string IHttpRequestFeature.Path { get; set; } = "/path";

    string IHttpRequestFeature.QueryString { get; set; } = "?query";

    string IHttpRequestFeature.RawTarget { get; set; } = "/path?query";

    IHeaderDictionary IHttpRequestFeature.Headers
    {
        get => _requestHeaders;
        set => throw new NotSupportedException();
    }

    Stream IHttpRequestFeature.Body { get; set; } = Stream.Null;

    int IHttpResponseFeature.StatusCode
    {
        get => Status;
        set => Status = value;
    }

    string? IHttpResponseFeature.ReasonPhrase { get; set; }

    IHeaderDictionary IHttpResponseFeature.Headers
    {
        get => _responseHeaders;
        set => throw new NotSupportedException();
    }

    Stream IHttpResponseFeature.Body { get; set; } = Stream.Null;

    bool IHttpResponseFeature.HasStarted => false;

    public PipeWriter Writer => _writer;

    Stream IHttpResponseBodyFeature.Stream => Stream.Null;

    public CancellationToken RequestAborted { get; set; }

    public bool CanHaveBody => false;

    public object? this[Type key]
    {
        get => key.IsInstanceOfType(this) ? this : null;
        set => throw new NotSupportedException();
    }

    /// <summary>The next request begins.</summary>
    internal void Renew()
    {
        _responseHeaders.Clear();
        _writer.Clear();
    }

    public TFeature? Get<TFeature>() => this is TFeature feature ? feature : default;

    public void Set<TFeature>(TFeature? instance) => throw new NotSupportedException();

    public void OnStarting(Func<object, Task> callback, object state) => throw new NotSupportedException();

    public void OnCompleted(Func<object, Task> callback, object state) => throw new NotSupportedException();

    public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task CompleteAsync() => Task.CompletedTask;

    public void DisableBuffering() { }

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public void Abort() => throw new InvalidOperationException("The request was aborted.");

    IEnumerator<KeyValuePair<Type, object>> IEnumerable<KeyValuePair<Type, object>>.GetEnumerator() => throw new NotSupportedException();

    [SuppressMessage("Design", "CA1033", Justification = "A stub.")]
    IEnumerator IEnumerable.GetEnumerator() => throw new NotSupportedException();
}
