using Perch.Http.Parsing;

namespace Perch.Http.Tests.Parsing;

public class FieldLineTests
{
    // RFC 9112 5.1 and 5.2, RFC 9110 5.1 and 5.5.
    [Theory]
    [InlineData("A : b", "WhitespaceBeforeColon")]
    [InlineData("A\t: b", "WhitespaceBeforeColon")]
    [InlineData(" A: b", "ObsoleteLineFolding")]
    [InlineData("A: b\r\n\tc", "ObsoleteLineFolding")]
    [InlineData(": b", "EmptyFieldName")]
    [InlineData("A", "InvalidFieldName")]
    [InlineData("A\rB: c", "InvalidFieldName")]
    [InlineData("A: b\rc", "BareCarriageReturn")]
    [InlineData("A: b\r\r", "BareCarriageReturn")]
    [InlineData("A: b\nC: d", "BareLineFeed")]
    [InlineData("\rA: b", "BareCarriageReturn")]
    public void WrongLine_IsRejected(string line, string reason) =>
        Assert.Equal(Enum.Parse<RejectReason>(reason), Heads.Reason(Heads.WithFields(line)));

    // RFC 9110 5.6.2: field-name = token.
    [Fact]
    public void EveryByteThatIsNoTokenInName_IsRejected()
    {
        for (var value = 0; value < 256; value++)
        {
            var isToken = value < 128 && (char.IsAsciiLetterOrDigit((char)value) || "!#$%&'*+-.^_`|~".Contains((char)value, StringComparison.Ordinal));
            foreach (var padding in new[] { 1, 31, 32, 64, 100 })
            {
                var reason = Heads.Reason(Heads.WithFields($"{new string('n', padding)}{(char)value}x: v"));
                Assert.Equal((value, isToken || value == ':'), (value, reason == RejectReason.None));
            }
        }
    }

    // RFC 9110 5.5: VCHAR, obs-text, SP and HTAB; every other byte is refused.
    [Fact]
    public void EveryControlByteInValue_IsRejected()
    {
        for (var value = 0; value < 256; value++)
        {
            var isText = value is >= 0x20 and not 0x7F or '\t';
            foreach (var padding in new[] { 0, 50, 64, 200 })
            {
                var reason = Heads.Reason(Heads.WithFields($"A: {new string('v', padding)}{(char)value}x"));
                Assert.Equal((value, isText), (value, reason == RejectReason.None));
            }
        }
    }

    // RFC 9112 5: OWS around the value is not part of it.
    [Fact]
    public void WhitespaceAroundValue_IsNotPartOfIt()
    {
        var bytes = Heads.Bytes("GET / HTTP/1.1\r\nHost: \t a \t\r\nB:\r\nC: \t \r\nD:e f\r\n\r\n");
        RequestHead head = default;
        var fields = new ulong[HeadLimits.Default.TableLength];
        Assert.Equal(ParseStatus.Done, RequestHeadParser.Parse(bytes, ref head, fields, HeadLimits.Default).Status);
        var values = fields[..head.FieldCount].Select(field => Heads.Text(new FieldEntry(field).Value(bytes)));
        Assert.Equal(["a", "", "", "e f"], values);
        Assert.Equal("a", Heads.Text(head.Host.Of(bytes)));
    }
}
