using Microsoft.Win32.SafeHandles;

namespace Perch.Testing.Hosting;

/// <summary>The bytes that a message names by a file.</summary>
internal sealed class FileBody : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly bool _isOwn;
    private long _offset;
    private long _left;

    private FileBody(SafeFileHandle file, bool isOwn, long offset, long? count)
    {
        _file = file;
        _isOwn = isOwn;
        _offset = offset;
        Length = Math.Max(0, Math.Min(count ?? long.MaxValue, RandomAccess.GetLength(file) - offset));
        _left = Length;
    }

    /// <summary>How many bytes there are: as sendfile, no more than the file has.</summary>
    internal long Length { get; }

    /// <summary>Opens what the message names; null if it names no file. The app's own errors (a file that is not there) come out.</summary>
    internal static FileBody? Open(GatewayEvent message) => message switch
    {
        HttpResponsePathSend path => new(File.OpenHandle(path.Path), isOwn: true, 0, null),
        HttpResponseZeroCopySend part => new(part.File, isOwn: false, part.Offset, part.Count),
        _ => null,
    };

    /// <summary>The next bytes; 0 at the end.</summary>
    internal int Read(Span<byte> buffer)
    {
        int read = RandomAccess.Read(_file, buffer[..(int)Math.Min(buffer.Length, _left)], _offset);
        _offset += read;
        _left -= read;
        return read;
    }

    public void Dispose()
    {
        if (_isOwn)
        {
            _file.Dispose();
        }
    }
}
