namespace Perch.Benchmarks.Load;

/// <summary>Requests of HTTP/1.1 and their answers.</summary>
internal sealed class HttpDialogue(IReadOnlyList<ReadOnlyMemory<byte>> requests, IReadOnlyList<ExpectedResponse> expected) : Dialogue
{
    internal HttpDialogue(ReadOnlyMemory<byte> request, ExpectedResponse expected)
        : this([request], [expected]) { }

    internal override IReadOnlyList<ReadOnlyMemory<byte>> Requests => requests;

    internal override string Unit => "req";

    internal override AnswerReader NewReader(int first) => new ResponseReader(expected, first);
}
