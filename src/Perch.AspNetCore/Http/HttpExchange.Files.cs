using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;

namespace Perch.AspNetCore.Http;

/// <summary>Bodies from files: <c>http.response.pathsend</c> and <c>http.response.zerocopysend</c>.</summary>
internal sealed partial class HttpExchange
{
    /// <summary>Large enough that a read costs little beside its bytes, small enough that a slow client holds little.</summary>
    private const int FileChunk = 64 * 1024;

    private async Task SendPathAsync(HttpResponsePathSend message)
    {
        _order.CheckOrder(message);
        if (!System.IO.Path.IsPathFullyQualified(message.Path))
        {
            throw new GatewayProtocolException($"{message.Type}: the path '{message.Path}' is not absolute.");
        }

        // Opened before the message is taken: a file that is not there leaves the app free to answer otherwise.
        using SafeFileHandle file = File.OpenHandle(
            message.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous | FileOptions.SequentialScan);
        long length = RandomAccess.GetLength(file);
        _order.Accept(message, length);
        await SendFileAsync(file, 0, length, moreBody: false);
    }

    private async Task SendFileAsync(HttpResponseZeroCopySend message)
    {
        _order.CheckOrder(message);
        long length = message.Count ?? Math.Max(0, RandomAccess.GetLength(message.File) - message.Offset);
        _order.Accept(message, length);
        await SendFileAsync(message.File, message.Offset, length, message.MoreBody);
    }

    private async Task SendFileAsync(SafeFileHandle file, long offset, long length, bool moreBody)
    {
        StartResponse();
        if (!_order.IsBodiless)
        {
            await CopyFileAsync(file, offset, length);
        }

        await WriteBody(default, moreBody);
    }

    private async Task CopyFileAsync(SafeFileHandle file, long offset, long length)
    {
        PipeWriter writer = _output.Writer;
        long end = offset + length;

        // The message is taken: until its last byte is written, the response is not what the state says.
        _isTruncated = true;
        while (offset < end)
        {
            Memory<byte> memory = writer.GetMemory((int)Math.Min(FileChunk, end - offset));
            if (memory.Length > end - offset)
            {
                memory = memory[..(int)(end - offset)];
            }

            int read = await RandomAccess.ReadAsync(file, memory, offset);
            if (read == 0)
            {
                throw new EndOfStreamException($"The file ended {end - offset} bytes before the end that was announced to the client.");
            }

            writer.Advance(read);
            offset += read;
            await CheckFlushAsync(writer.FlushAsync());
        }

        _isTruncated = false;
    }
}
