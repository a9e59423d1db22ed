using Microsoft.Win32.SafeHandles;

namespace Perch;

/// <summary>
/// A part of the body from an open file: <c>http.response.zerocopysend</c>. It may be mixed with body events. The handle stays
/// the app's, to be closed after <see cref="Send"/> has ended. Only where the scope offers the extension.
/// </summary>
/// <remarks>
/// Differs from ASGI in one point: a <see cref="SafeFileHandle"/> has no position of its own, so an offset that is not given is 0.
/// </remarks>
public sealed class HttpResponseZeroCopySend : GatewayEvent
{
    /// <summary>Creates the event.</summary>
    /// <param name="file">The open file.</param>
    /// <param name="offset">Where to begin, in bytes. Defaults to 0.</param>
    /// <param name="count">How many bytes. Defaults to null: up to the end of the file.</param>
    /// <param name="moreBody">Whether more body follows. Defaults to false, as in ASGI.</param>
    public HttpResponseZeroCopySend(SafeFileHandle file, long offset = 0, long? count = null, bool moreBody = false)
        : base(EventKind.HttpResponseZeroCopySend)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (count is { } bytes)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(bytes, nameof(count));
        }

        File = file;
        Offset = offset;
        Count = count;
        MoreBody = moreBody;
    }

    /// <summary>The open file.</summary>
    public SafeFileHandle File { get; }

    /// <summary>Where to begin, in bytes.</summary>
    public long Offset { get; }

    /// <summary>How many bytes; null is up to the end of the file.</summary>
    public long? Count { get; }

    /// <summary>Whether more body follows.</summary>
    public bool MoreBody { get; }
}
