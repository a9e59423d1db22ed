using Perch.Http.Engine;
using Perch.Http.Parsing;

namespace Perch.Http.Tests.Parsing;

/// <summary>Reads heads with llhttp alone.</summary>
internal sealed class LlhttpReader
{
    private readonly LlhttpLibrary _library = LlhttpLibrary.Load();
    private readonly ulong[] _fields = new ulong[HeadLimits.Default.MaxFields];

    internal OtherHead Parse(byte[] bytes)
    {
        LlhttpError error = _library.Parse(bytes, out LlhttpHead head, _fields);
        if (error != LlhttpError.HeadComplete)
        {
            return new(error == LlhttpError.None ? "incomplete" : "refused", "", []);
        }

        string method = Heads.Text(bytes).TrimStart('\r', '\n').Split(' ')[0];
        string target = Heads.Text(bytes.AsSpan()[(int)head.TargetStart..(int)head.TargetEnd]);
        return new(
            "accepted",
            $"{method} {target} Http{head.Major}{head.Minor}",
            [.. _fields[..(int)head.FieldCount].Select(word => new FieldEntry(word)).Select(entry => (Heads.Text(entry.Name(bytes)), Heads.Text(entry.Value(bytes))))]);
    }
}
