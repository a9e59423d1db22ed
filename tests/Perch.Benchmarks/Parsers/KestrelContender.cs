using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;

namespace Perch.Benchmarks.Parsers;

/// <summary>Kestrel's public parser, with a handler that stores positions as ours does.</summary>
internal sealed class KestrelContender : Contender
{
    private readonly HttpParser<Handler> _parser = new(showErrorDetails: false);
    private readonly Positions _positions = new();

    internal override string Name => "Kestrel, HttpParser<T>";

    internal override long Run(byte[][] variants, int times)
    {
        long sum = 0;
        for (var i = 0; i < times; i++)
        {
            foreach (var variant in variants)
            {
                _positions.Start = variant;
                _positions.Count = 0;
                var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(variant));
                if (!_parser.ParseRequestLine(new Handler(_positions), ref reader)
                    || !_parser.ParseHeaders(new Handler(_positions), ref reader)) throw Refused();
                sum += reader.Consumed + _positions.Count;
            }
        }

        return sum;
    }

    private sealed class Positions
    {
        internal byte[] Start = [];
        internal readonly ulong[] Fields = new ulong[100];
        internal int Count;
        internal TargetOffsetPathLength Target;
        internal HttpVersionAndMethod Method;
    }

    // A struct, so that the parser is compiled for it and its calls are direct.
    private readonly struct Handler(Positions positions) : IHttpRequestLineHandler, IHttpHeadersHandler
    {
        public void OnStartLine(HttpVersionAndMethod versionAndMethod, TargetOffsetPathLength targetPath, Span<byte> startLine)
        {
            positions.Method = versionAndMethod;
            positions.Target = targetPath;
        }

        public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
        {
            ref var start = ref MemoryMarshal.GetArrayDataReference(positions.Start);
            var nameStart = (uint)Unsafe.ByteOffset(ref start, ref MemoryMarshal.GetReference(name));
            var valueStart = (uint)Unsafe.ByteOffset(ref start, ref MemoryMarshal.GetReference(value));
            positions.Fields[positions.Count++] =
                nameStart | ((ulong)(uint)name.Length << 16) | ((ulong)valueStart << 32) | ((ulong)(uint)value.Length << 48);
        }

        public void OnHeadersComplete(bool endStream)
        {
        }

        public void OnStaticIndexedHeader(int index)
        {
        }

        public void OnStaticIndexedHeader(int index, ReadOnlySpan<byte> value)
        {
        }
    }
}
