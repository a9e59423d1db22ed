using Perch.Python.Bridge;
using Perch.Python.Marshal;

namespace Perch.Python.Workers;

/// <summary>What a worker is told first: a frame that is one dictionary.</summary>
internal static class WorkerSettings
{
    internal static byte[] Encode(string target, PythonAppOptions options)
    {
        using var buffer = new ByteBuffer();
        buffer.Append(BridgeLimits.FrameHead);
        var writer = new MarshalWriter(buffer);
        writer.BeginDict();
        Text("target", target);
        Text("app_dir", Path.GetFullPath(options.AppDirectory ?? "."));
        Text("interface", options.Interface.ToString().ToLowerInvariant());
        Text("loop", options.Loop.ToString().ToLowerInvariant());
        Text("lifespan", options.Lifespan.ToString().ToLowerInvariant());
        writer.WriteText("factory");
        writer.WriteBoolean(options.Factory);
        Number("threads", options.Threads);
        Number("window", BridgeLimits.Window);
        Number("largest_message", BridgeLimits.LargestMessage);
        writer.EndDict();
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(
            buffer.At(0, BridgeLimits.FrameHead), buffer.Length - BridgeLimits.FrameHead);
        return buffer.Written.ToArray();

        void Text(string name, string value)
        {
            writer.WriteText(name);
            writer.WriteText(value);
        }

        void Number(string name, int value)
        {
            writer.WriteText(name);
            writer.WriteInt32(value);
        }
    }
}
