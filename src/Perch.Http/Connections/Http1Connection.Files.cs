using Microsoft.Win32.SafeHandles;

namespace Perch.Http.Connections;

/// <summary>Bodies from files: <c>http.response.pathsend</c> and <c>http.response.zerocopysend</c>.</summary>
internal sealed partial class Http1Connection
{
    /// <summary>Large enough that a read costs little beside its bytes, small enough that a slow client holds little.</summary>
    private const int FileChunk = 64 * 1024;

    private async Task SendFileAsync(GatewayEvent message)
    {
        Engine.Order.CheckOrder(message);
        if (message is HttpResponseZeroCopySend open)
        {
            await SendFileAsync(open, open.File, open.Offset, open.Count ?? Math.Max(0, RandomAccess.GetLength(open.File) - open.Offset));
            return;
        }

        string path = ((HttpResponsePathSend)message).Path;
        if (!Path.IsPathFullyQualified(path))
        {
            throw new GatewayProtocolException($"{message.Type}: the path '{path}' is not absolute.");
        }

        // Opened before the message is taken: a file that is not there leaves the app free to answer otherwise.
        using SafeFileHandle file = File.OpenHandle(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous | FileOptions.SequentialScan);
        await SendFileAsync(message, file, 0, RandomAccess.GetLength(file));
    }

    private async Task SendFileAsync(GatewayEvent message, SafeFileHandle file, long offset, long length)
    {
        Engine.Order.Accept(message, length);
        if (Engine.Order.IsBodiless)
        {
            length = 0;
        }

        // The message is taken: until its last byte is written, the response is not what the state says.
        _isTruncated = true;
        await _ownFlush;
        lock (_gate)
        {
            Engine.WriteFileStart(length, _output);
        }

        for (long end = offset + length; offset < end;)
        {
            Memory<byte> memory = _output.GetMemory((int)Math.Min(FileChunk, end - offset));
            if (memory.Length > end - offset)
            {
                memory = memory[..(int)(end - offset)];
            }

            int read = await RandomAccess.ReadAsync(file, memory, offset);
            if (read == 0)
            {
                throw new EndOfStreamException($"The file ended {end - offset} bytes before the end that was announced to the client.");
            }

            _output.Advance(read);
            offset += read;
            await FlushAppAsync(isLast: false);
        }

        lock (_gate)
        {
            Engine.WriteFileEnd(length, _output);
        }

        _isTruncated = false;
        await FlushAppAsync(Engine.Order.IsComplete);
    }
}
