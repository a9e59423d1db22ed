using System.Text;

namespace Perch.Python.Workers;

/// <summary>Reads what a worker prints, line by line; a line that never ends is cut.</summary>
internal static class OutputLines
{
    private const int LongestLine = 16 * 1024;

    internal static async Task ReadAsync(Stream output, Action<string> onLine)
    {
        byte[] buffer = new byte[LongestLine];
        int length = 0;
        while (true)
        {
            int count;
            try
            {
                count = await output.ReadAsync(buffer.AsMemory(length));
            }
            catch (IOException)
            {
                count = 0;
            }

            if (count == 0)
            {
                Emit(buffer.AsSpan(0, length), onLine);
                return;
            }

            length += count;
            length = EmitLines(buffer, length, onLine);
            if (length == buffer.Length)
            {
                Emit(buffer, onLine);
                length = 0;
            }
        }
    }

    /// <summary>Returns what is left, moved to the front.</summary>
    private static int EmitLines(byte[] buffer, int length, Action<string> onLine)
    {
        int start = 0;
        while (buffer.AsSpan(start, length - start).IndexOf((byte)'\n') is >= 0 and int end)
        {
            Emit(buffer.AsSpan(start, end), onLine);
            start += end + 1;
        }

        buffer.AsSpan(start, length - start).CopyTo(buffer);
        return length - start;
    }

    private static void Emit(ReadOnlySpan<byte> line, Action<string> onLine)
    {
        string text = Encoding.UTF8.GetString(line).TrimEnd();
        if (text.Length > 0)
        {
            onLine(text);
        }
    }
}
