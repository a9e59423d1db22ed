using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;

namespace Perch.Http.Tests.Parsing;

/// <summary>A head as Kestrel's public parser reads it.</summary>
internal sealed class KestrelHead : IHttpRequestLineHandler, IHttpHeadersHandler
{
    private static readonly HttpParser<KestrelHead> Parser = new(showErrorDetails: false);

    internal List<(string Name, string Value)> Fields { get; } = [];

    internal string Line { get; private set; } = "";

    /// <summary>"accepted", "refused" or "incomplete".</summary>
    internal string Verdict { get; private set; } = "";

    internal static KestrelHead Parse(byte[] bytes)
    {
        var head = new KestrelHead();
        var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(bytes));
        try
        {
            head.Verdict = Parser.ParseRequestLine(head, ref reader) && Parser.ParseHeaders(head, ref reader) ? "accepted" : "incomplete";
        }
        catch (BadHttpRequestException)
        {
            head.Verdict = "refused";
        }

        return head;
    }

    public void OnStartLine(HttpVersionAndMethod versionAndMethod, TargetOffsetPathLength targetPath, Span<byte> startLine)
    {
        // The line comes without its version.
        Line = $"{Heads.Text(startLine[..versionAndMethod.MethodEnd])} {Heads.Text(startLine[targetPath.Offset..])} {versionAndMethod.Version}";
    }

    public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => Fields.Add((Heads.Text(name), Heads.Text(value)));

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
