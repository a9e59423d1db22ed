using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Perch.Tests.Shared.Processes;

namespace Perch.Server.Tests.Observing;

/// <summary>A collector of OpenTelemetry's protocol over HTTP that keeps what it is sent.</summary>
internal sealed class Collector : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = new();

    internal Collector()
    {
        // It has no port 0.
        Address = $"http://127.0.0.1:{Ports.Free()}";
        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _ = RunAsync();
    }

    internal string Address { get; }

    /// <summary>Whether a message to a path has had some bytes.</summary>
    internal bool Has(string path, params ReadOnlySpan<byte> bytes)
    {
        foreach ((string receivedAt, byte[] body) in _received)
        {
            if (receivedAt == path && body.AsSpan().IndexOf(bytes) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    internal bool Has(string path, string text) => Has(path, Encoding.UTF8.GetBytes(text));

    public void Dispose() => _listener.Close();

    private async Task RunAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                HttpListenerContext context = await _listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                _received.Enqueue((context.Request.Url!.AbsolutePath, body.ToArray()));
                context.Response.Close();
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
