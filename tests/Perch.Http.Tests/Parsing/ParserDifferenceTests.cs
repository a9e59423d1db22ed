namespace Perch.Http.Tests.Parsing;

/// <summary>Where other parsers and ours disagree.</summary>
public sealed class ParserDifferenceTests
{
    [Fact]
    public void EveryDisagreementWithKestrelsParser_IsExplained() => ParserDifferences.AssertExplained("Kestrel", KestrelHead.Parse);

    [FactWithLlhttp("8.1")]
    public void EveryDisagreementWithLlhttp_IsExplained() => ParserDifferences.AssertExplained("llhttp", new LlhttpReader().Parse);
}
