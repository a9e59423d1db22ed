using Perch.Python.Workers;

namespace Perch.Python.Tests.Workers;

public class EnvFileTests
{
    [Theory]
    [InlineData("A=b", "A", "b")]
    [InlineData("  export A = b c  ", "A", "b c")]
    [InlineData("A=", "A", "")]
    [InlineData("A=b # comment", "A", "b")]
    [InlineData("A=b#c", "A", "b#c")]
    [InlineData("A='b # c' # d", "A", "b # c")]
    [InlineData("A=\"b\\n\\\"c\\\\\"", "A", "b\n\"c\\")]
    [InlineData("A='b\\n'", "A", "b\\n")]
    [InlineData("A=b=c", "A", "b=c")]
    public void Line_IsANameAndAValue(string line, string name, string value) => Assert.Equal([(name, value)], EnvFile.Parse([line]));

    [Fact]
    public void CommentsAndEmptyLines_AreLeftOut() => Assert.Empty(EnvFile.Parse(["", "  ", "# A=b"]));

    [Theory]
    [InlineData("A")]
    [InlineData("=b")]
    [InlineData("A='b")]
    public void AnythingElse_IsRefusedWithItsLine(string line)
    {
        FormatException exception = Assert.Throws<FormatException>(() => EnvFile.Parse(["B=1", line]).ToList());
        Assert.Contains("Line 2", exception.Message, StringComparison.Ordinal);
    }
}
