using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Perch.Http.Parsing.Scanning;

namespace Perch.Http.Parsing;

/// <summary>
/// Reads a request head (RFC 9112 2.1: the request line, the field lines and the empty line) into a table of positions, in one pass that
/// validates every byte. Nothing is copied or allocated.
/// </summary>
/// <remarks>
/// A head that is whole and right, as nearly all are, takes the fast way (<c>TryReadWhole</c>). Every other is read line by line by
/// <see cref="RequestLine.Read"/> and <see cref="FieldLine.Read"/>, which alone decide what is wrong. They find errors in the order of the
/// bytes: the verdict is that of the shortest prefix that has one, so it does not depend on how the reads split the input. After
/// <see cref="ParseStatus.NeedMore"/> the next call goes on at the first line that was not complete.
/// </remarks>
internal static partial class RequestHeadParser
{
    /// <summary>Parses with the widest vectors that the machine has.</summary>
    /// <param name="bytes">The buffer, from the first byte of the head; it may go on after the head.</param>
    /// <param name="head"><c>default</c> on the first call for a head, then what the last call left.</param>
    /// <param name="fields">The table, of <see cref="HeadLimits.TableLength"/> entries; kept by the caller between calls for one
    /// head.</param>
    /// <param name="limits">The limits, the same for all calls for one head.</param>
    internal static ParseResult Parse(ReadOnlySpan<byte> bytes, ref RequestHead head, Span<ulong> fields, in HeadLimits limits)
    {
        // The conditions are constants of the machine: one call is left.
        if (Isa512.IsSupported) return Parse<Isa512>(bytes, ref head, fields, limits);
        if (Isa256.IsSupported) return Parse<Isa256>(bytes, ref head, fields, limits);
        if (Isa128.IsSupported) return Parse<Isa128>(bytes, ref head, fields, limits);
        return Parse<ScalarIsa>(bytes, ref head, fields, limits);
    }

    /// <summary>Parses with one width of vectors.</summary>
    // Not inlined: a caller would clear what this leaves uninitialized.
    [MethodImpl(MethodImplOptions.NoInlining)]
    [SkipLocalsInit]
    internal static unsafe ParseResult Parse<TIsa>(ReadOnlySpan<byte> bytes, ref RequestHead head, Span<ulong> fields, in HeadLimits limits)
        where TIsa : struct, IScanIsa
    {
        if (fields.Length < limits.TableLength) throw new ArgumentException("The table is too short for the limits.", nameof(fields));

        // What lies past the limit is never looked at; otherwise a head in one read could fail for another reason than the same in two.
        var length = Math.Min(bytes.Length, limits.MaxHeadBytes);

        // Safety: the buffer is pinned while the window is in use. See HeadWindow.
        fixed (byte* start = &MemoryMarshal.GetReference(bytes))
        {
            var window = new HeadWindow(start, length);
            return head.Position == 0 && window.IsReadablePast && TryReadWhole<TIsa>(window, ref head, fields, limits)
                ? ParseResult.Done(head.Position)
                : ParseRest<TIsa>(window, ref head, fields, limits);
        }
    }

    // The head that cannot be read in place, came in parts, or is wrong.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ParseResult ParseRest<TIsa>(HeadWindow window, ref RequestHead head, Span<ulong> fields, in HeadLimits limits)
        where TIsa : struct, IScanIsa
    {
        if (head.Position == 0 && !window.IsReadablePast && TryReadCopy<TIsa>(window.Bytes, ref head, fields, limits))
            return ParseResult.Done(head.Position);

        var result = ReadLines(window.Bytes, ref head, fields, limits);

        if (result.Status == ParseStatus.NeedMore && window.Length == limits.MaxHeadBytes)
            return ParseResult.Reject(RejectReason.HeadTooLarge);
        return result;
    }
}
