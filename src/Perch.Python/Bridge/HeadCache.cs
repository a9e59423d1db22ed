using Perch.Python.Marshal;

namespace Perch.Python.Bridge;

/// <summary>
/// The response heads that an app sends often, as events: one that is known by its bytes is neither decoded nor checked nor encoded
/// again. A place for each hash; what comes later takes it.
/// </summary>
internal sealed class HeadCache
{
    /// <summary>An app has a few heads that it sends again and again, and many that it sends once.</summary>
    private const int Places = 256;

    /// <summary>A larger head is not remembered.</summary>
    private const int LargestHead = 4096;

    private readonly Entry?[] _entries = new Entry?[Places];

    /// <summary>The start of a response.</summary>
    /// <param name="head">A marshal tuple: the status, then names and values in turn.</param>
    /// <param name="trailers">Whether trailers are announced.</param>
    internal HttpResponseStart Find(ReadOnlySpan<byte> head, bool trailers)
    {
        var hash = new HashCode();
        hash.AddBytes(head);
        ref Entry? place = ref _entries[(uint)hash.ToHashCode() % Places];
        if (place is { } known && known.Start.Trailers == trailers && known.Bytes.AsSpan().SequenceEqual(head))
        {
            return known.Start;
        }

        byte[] bytes = head.ToArray();
        (int status, HeaderList headers) = Decode(bytes);
        var start = new HttpResponseStart(status, headers, trailers);
        if (bytes.Length <= LargestHead)
        {
            place = new Entry(bytes, start);
        }

        return start;
    }

    /// <summary>Status and fields, over the bytes that they are given in.</summary>
    internal static (int Status, HeaderList Headers) Decode(byte[] head)
    {
        var reader = new MarshalReader(head);
        int items = reader.ReadSequence();
        int status = reader.ReadInt32();
        return (status, DecodeFields(ref reader, head, items - 1));
    }

    /// <summary>Fields alone: names and values in turn.</summary>
    internal static HeaderList DecodeFields(byte[] fields)
    {
        var reader = new MarshalReader(fields);
        return DecodeFields(ref reader, fields, reader.ReadSequence());
    }

    private static HeaderList DecodeFields(ref MarshalReader reader, byte[] bytes, int items)
    {
        if (items < 0 || items % 2 != 0)
        {
            throw new MarshalException("Header fields are names and values in turn.");
        }

        var headers = new Header[items / 2];
        for (int i = 0; i < headers.Length; i++)
        {
            int nameLength = reader.ReadBytes(out int name).Length;
            int valueLength = reader.ReadBytes(out int value).Length;
            headers[i] = new Header(bytes.AsMemory(name, nameLength), bytes.AsMemory(value, valueLength));
        }

        return HeaderList.Create(headers);
    }

    private sealed record Entry(byte[] Bytes, HttpResponseStart Start);
}
