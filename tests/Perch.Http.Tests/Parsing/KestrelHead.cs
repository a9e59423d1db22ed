using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Internal.Http;

namespace Perch.Http.Tests.Parsing;

/// <summary>A head as Kestrel's public parser reads it.</summary>
internal sealed class KestrelHead : IHttpRequestLineHandler, IHttpHeadersHandler
{
    private static readonly HttpParser<KestrelHead> Parser = new(showErrorDetails: false);

    private readonly List<(string Name, string Value)> _fields = [];
    private string _line = "";

    internal static OtherHead Parse(byte[] bytes)
    {
        var head = new KestrelHead();
        var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(bytes));
        try
        {
            bool isWhole = Parser.ParseRequestLine(head, ref reader) && Parser.ParseHeaders(head, ref reader);
            return new(isWhole ? "accepted" : "incomplete", head._line, head._fields);
        }
        catch (BadHttpRequestException)
        {
            return new("refused", "", []);
        }
    }

    public void OnStartLine(HttpVersionAndMethod versionAndMethod, TargetOffsetPathLength targetPath, Span<byte> startLine)
    {
        // The line comes without its version.
        _line = $"{Heads.Text(startLine[..versionAndMethod.MethodEnd])} {Heads.Text(startLine[targetPath.Offset..])} {versionAndMethod.Version}";
    }

    public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => _fields.Add((Heads.Text(name), Heads.Text(value)));

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
