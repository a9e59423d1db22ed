namespace Perch;

/// <summary>
/// The whole body from a file by name: <c>http.response.pathsend</c>. Instead of body events, once. Only where the scope offers
/// the extension.
/// </summary>
public sealed class HttpResponsePathSend : GatewayEvent
{
    /// <summary>Creates the event.</summary>
    /// <param name="path">The absolute path of the file. The content headers are the app's to send.</param>
    public HttpResponsePathSend(string path) : base(EventKind.HttpResponsePathSend)
    {
        ArgumentNullException.ThrowIfNull(path);
        Path = path;
    }

    /// <summary>The absolute path of the file.</summary>
    public string Path { get; }
}
