namespace Perch.Tests.Requests;

public sealed class QueryAndCookieTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a=1", "a:1")]
    [InlineData("a=1&b=2&a=3", "a:1|b:2|a:3")]
    [InlineData("a", "a:")]
    [InlineData("a=", "a:")]
    [InlineData("=b", ":b")]
    [InlineData("=", ":")]
    [InlineData("&&a=1&", "a:1")]
    [InlineData("a=b=c", "a:b=c")]
    [InlineData("a+b=c+d", "a b:c d")]
    [InlineData("a%20b=%2B%26%3D", "a b:+&=")]
    [InlineData("z=%C5%BC", "z:\u017C")]
    [InlineData("z=\u017C", "z:\u017C")]
    [InlineData("z=%c5%bc", "z:\u017C")]
    [InlineData("z=%FF", "z:\uFFFD")]
    [InlineData("p=%", "p:%")]
    [InlineData("p=%4", "p:%4")]
    [InlineData("p=%zz+%41", "p:%zz A")]
    [InlineData("p=%%41", "p:%A")]
    [InlineData("p=100%&q=1", "p:100%|q:1")]
    [InlineData("a;b=1", "a;b:1")]
    public void Query_IsDecoded(string query, string expected) =>
        Assert.Equal(expected, string.Join('|', QueryParameters.Parse(query).Select(pair => $"{pair.Key}:{pair.Value}")));

    [Fact]
    public void Values_AreFoundByName()
    {
        var query = QueryParameters.Parse("a=1&A=2&a=3");
        Assert.Equal(3, query.Count);
        Assert.Equal("A", query[1].Key);
        Assert.Equal("1", query.GetValue("a"));
        Assert.Equal(["1", "3"], query.GetValues("a"));
        Assert.Null(query.GetValue("b"));
        Assert.Empty(query.GetValues("b"));
        Assert.True(query.Contains("A"));
        Assert.False(query.Contains("b"));
        Assert.Empty(QueryParameters.Empty);
        Assert.Throws<ArgumentNullException>(() => query.GetValue(null!));
        Assert.Throws<ArgumentNullException>(() => QueryParameters.Parse((string)null!));
    }

    [Fact]
    public void AnyBytes_AreParsedWithoutError()
    {
        var random = new Random(11);
        const string Alphabet = "ab=&+%0fF;\u00FF";
        for (int i = 0; i < 5000; i++)
        {
            byte[] query = [.. Enumerable.Range(0, random.Next(12)).Select(_ => (byte)Alphabet[random.Next(Alphabet.Length)])];
            Assert.True(QueryParameters.Parse(query).Count <= query.Length);
        }
    }

    [Fact]
    public void Query_IsThatOfTheScope() =>
        Assert.Equal("1", new HttpScope { QueryString = "q=1"u8.ToArray() }.GetQuery().GetValue("q"));

    [Fact]
    public void Cookies_AreThoseOfAllFields()
    {
        var scope = new HttpScope { Headers = [("cookie", "a=1; b=\"2\";c=x=y; novalue; =z; d="), ("cookie", "a=2")] };
        Assert.Equal(["a=1", "b=\"2\"", "c=x=y", "d=", "a=2"], scope.GetCookies().Select(pair => $"{pair.Key}={pair.Value}"));
        Assert.Equal("1", scope.GetCookie("a"));
        Assert.Null(scope.GetCookie("A"));
        Assert.Empty(new WebSocketScope().GetCookies());
    }
}
