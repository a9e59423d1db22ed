using System.Buffers;
using System.Text;
using Perch.Http.WebSockets;
using Perch.Http.WebSockets.Compression;

namespace Perch.Http.Tests.WebSockets;

/// <summary>What a reader makes of bytes, as text: <c>text:hello ping:x close:1000,bye !InvalidUtf8</c>.</summary>
internal static class MessageRun
{
    internal const long Limit = 100_000;

    /// <summary>Reads bytes that come in one piece.</summary>
    internal static string Read(byte[] bytes, DeflateAgreement? deflate = null, long limit = Limit) => Read(bytes, _ => bytes.Length, deflate, limit);

    /// <summary>Reads bytes that come in steps; what was not taken is seen again with what follows it, in another segment.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="step">How many come, by where.</param>
    /// <param name="deflate">What was agreed on.</param>
    /// <param name="limit">The most bytes of a message.</param>
    internal static string Read(byte[] bytes, Func<int, int> step, DeflateAgreement? deflate = null, long limit = Limit)
    {
        // The reader writes to its input.
        bytes = [.. bytes];
        var pool = new CountedArrays();
        var seen = new List<string>();
        using (var reader = new MessageReader(limit, deflate, pool))
        {
            int start = 0;
            for (int end = 0; end < bytes.Length;)
            {
                int before = end - start;
                end = Math.Min(end + Math.Max(1, step(end)), bytes.Length);
                ReadOnlySequence<byte> input = Frames.Cut(bytes[start..end], before);
                bool goesOn = ReadAll(reader, ref input, pool, seen);
                input.ToArray().CopyTo(bytes.AsSpan(end - (int)input.Length));
                start = end - (int)input.Length;
                if (!goesOn)
                {
                    break;
                }
            }
        }

        Assert.Equal(0, pool.Rented);
        return string.Join(' ', seen);
    }

    /// <summary>False if nothing more is to be read.</summary>
    private static bool ReadAll(MessageReader reader, ref ReadOnlySequence<byte> input, CountedArrays pool, List<string> seen)
    {
        while (true)
        {
            switch (reader.Read(ref input))
            {
                case MessageRead.NeedMore:
                    return true;
                case MessageRead.Message:
                    seen.Add(Describe(reader.Message));
                    if (reader.Message.Rented is { } array)
                    {
                        pool.Return(array);
                    }

                    break;
                case MessageRead.Ping:
                    seen.Add("ping:" + Encoding.Latin1.GetString(reader.Control.Span));
                    break;
                case MessageRead.Pong:
                    seen.Add("pong:" + Encoding.Latin1.GetString(reader.Control.Span));
                    break;
                case MessageRead.Close:
                    seen.Add($"close:{reader.CloseCode},{reader.CloseReason}");
                    return false;
                default:
                    seen.Add($"!{reader.Fault}");
                    return false;
            }
        }
    }

    private static string Describe(in ReceivedMessage message)
    {
        string data = message.IsText ? Encoding.UTF8.GetString(message.Data.Span) : Convert.ToHexString(message.Data.Span);
        return (message.IsText ? "text:" : "binary:") + (data.Length > 100 ? $"{data.Length} of {data[0]}" : data);
    }
}
