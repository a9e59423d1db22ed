using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Perch;

/// <summary>An open file, and what was true of it when it was opened: every header of the response speaks of the same bytes.</summary>
internal sealed class FileSource : IDisposable
{
    private FileSource(SafeFileHandle handle)
    {
        Handle = handle;
        Length = RandomAccess.GetLength(handle);
        LastWrite = File.GetLastWriteTimeUtc(handle);
    }

    internal SafeFileHandle Handle { get; }

    internal long Length { get; }

    internal DateTime LastWrite { get; }

    public void Dispose() => Handle.Dispose();

    internal static FileSource Open(string path)
    {
        SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.Asynchronous);
        try
        {
            return new FileSource(handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Sends a part of the file as body events, the last of them without more_body.</summary>
    /// <exception cref="IOException">The file has become shorter.</exception>
    internal async ValueTask CopyAsync(Send send, long offset, long count, int bufferSize, CancellationToken cancellation)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(bufferSize, count));
        try
        {
            while (count > 0)
            {
                Memory<byte> free = buffer.AsMemory(0, (int)Math.Min(buffer.Length, count));
                int read = await RandomAccess.ReadAsync(Handle, free, offset, cancellation).ConfigureAwait(false);
                if (read == 0)
                {
                    throw new EndOfStreamException("The file has become shorter while it was being sent.");
                }

                offset += read;
                count -= read;
                await send(new HttpResponseBody(buffer.AsMemory(0, read), moreBody: count > 0)).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
