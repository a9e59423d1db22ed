using Perch.Http.Parsing.Scanning;

namespace Perch.Http.Parsing;

/// <summary>What a request target is, beyond the bytes that it is made of.</summary>
internal static class TargetSyntax
{
    // RFC 3986 2.1: pct-encoded = "%" HEXDIG HEXDIG
    internal static bool HasValidEncoding(ReadOnlySpan<byte> text) => HasValidEncodingSoFar(text, isComplete: true);

    /// <summary>The same for a text that may end inside an encoded byte, when it goes on.</summary>
    internal static bool HasValidEncodingSoFar(ReadOnlySpan<byte> text, bool isComplete)
    {
        while (text.IndexOf((byte)'%') is var percent and >= 0)
        {
            text = text[(percent + 1)..];
            for (var i = 0; i < 2; i++)
            {
                if (i == text.Length) return !isComplete;
                if (!ByteClasses.Is(text[i], ByteClass.Hex)) return false;
            }

            text = text[2..];
        }

        return true;
    }

    /// <summary>Finds the form of the target, its path and its host.</summary>
    internal static RejectReason Resolve(ReadOnlySpan<byte> bytes, ref RequestHead head)
    {
        var range = head.Target;
        var target = range.Of(bytes);
        head.TargetForm = TargetForm.Origin;
        head.Host = default;
        head.PathAndQuery = default;

        // RFC 9112 3.2.3: authority-form = uri-host ":" port, only for CONNECT, and RFC 9110 9.3.6: the port is not optional.
        if (head.Method == KnownMethod.Connect)
        {
            head.TargetForm = TargetForm.Authority;
            head.Host = range;
            return HostSyntax.IsHostWithPort(target) ? RejectReason.None : RejectReason.TargetFormMismatch;
        }

        // RFC 9112 3.2.1: origin-form = absolute-path [ "?" query ]
        if (target[0] == '/')
        {
            head.PathAndQuery = range;
            return RejectReason.None;
        }

        // RFC 9112 3.2.4: asterisk-form = "*", only for a server-wide OPTIONS.
        if (target is [(byte)'*'])
        {
            head.TargetForm = TargetForm.Asterisk;
            return head.Method == KnownMethod.Options ? RejectReason.None : RejectReason.TargetFormMismatch;
        }

        return ResolveAbsolute(target, ref head);
    }

    // RFC 9112 3.2.2: absolute-form = absolute-URI; a server MUST accept it. RFC 9110 4.2: http-URI = "http" "://" authority path-abempty
    // [ "?" query ]
    private static RejectReason ResolveAbsolute(ReadOnlySpan<byte> target, ref RequestHead head)
    {
        // RFC 3986 3.1: schemes are case-insensitive. We are no origin for others than http and https.
        var scheme = StartsWith(target, "http://"u8) ? 7 : StartsWith(target, "https://"u8) ? 8 : 0;
        if (scheme == 0) return RejectReason.InvalidTarget;

        var authority = target[scheme..];
        var end = authority.IndexOfAny((byte)'/', (byte)'?');
        if (end >= 0) authority = authority[..end];

        // RFC 9110 4.2.1: an empty host is invalid. 4.2.4: user information in a URI from elsewhere is an error (its "@" is in no host).
        if (authority.IsEmpty || !HostSyntax.IsValid(authority)) return RejectReason.InvalidTarget;

        var start = head.Target.Start + scheme;
        head.TargetForm = TargetForm.Absolute;
        head.Host = new ByteRange(start, start + authority.Length);
        head.PathAndQuery = new ByteRange(start + authority.Length, head.Target.End);
        return RejectReason.None;
    }

    private static bool StartsWith(ReadOnlySpan<byte> target, ReadOnlySpan<byte> prefix) =>
        target.Length > prefix.Length && System.Text.Ascii.EqualsIgnoreCase(target[..prefix.Length], prefix);
}
