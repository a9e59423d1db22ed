namespace Perch.Tests.Headers;

public sealed class HeaderTests
{
    [Fact]
    public void CollectionExpression_MakesAList_InOrder()
    {
        HeaderList headers = [("Content-Type", "text/plain"), ("x-id", "7"), ("X-ID", "8")];
        Assert.Equal(3, headers.Count);
        Assert.Equal(["content-type", "x-id", "x-id"], headers.Select(header => header.NameText));
        Assert.Equal("content-type: text/plain\nx-id: 7\nx-id: 8", headers.ToString());
        HeaderList empty = [];
        Assert.Same(HeaderList.Empty, empty);
    }

    [Fact]
    public void Spread_ExtendsAList_AndLeavesIt()
    {
        HeaderList headers = [("a", "1")];
        HeaderList more = [.. headers, ("b", "2")];
        Assert.Single(headers);
        Assert.Equal(2, more.Count);
    }

    [Fact]
    public void BytesAndMemory_ConvertToHeaders()
    {
        HeaderList headers = [("a"u8.ToArray(), "1"u8.ToArray()), ((ReadOnlyMemory<byte>)"b"u8.ToArray(), (ReadOnlyMemory<byte>)"2"u8.ToArray())];
        Assert.Equal(["1", "2"], headers.Select(header => header.ValueText));
        Assert.Equal(new Header("a", "1"), headers[0]);
        Assert.True(headers[0] == new Header("a", "1") && headers[0] != headers[1]);
        Assert.Equal(new Header("a", "1").GetHashCode(), headers[0].GetHashCode());
    }

    [Fact]
    public void LookUp_DisregardsCase()
    {
        HeaderList headers = [("X-Id"u8.ToArray(), "7"u8.ToArray()), ("x-other", "8")];
        Assert.Equal("7", headers.GetValue("x-ID"));
        Assert.True(headers.Contains("X-ID"));
        Assert.True(headers.TryGetBytes("x-id"u8, out ReadOnlyMemory<byte> value));
        Assert.Equal("7"u8.ToArray(), value.ToArray());
        Assert.False(headers.TryGetBytes("x-none"u8, out value));
        Assert.True(value.IsEmpty);
        Assert.Null(headers.GetValue("x-none"));
        Assert.Empty(headers.GetValues("x-none"));
        Assert.Throws<ArgumentNullException>(() => headers.GetValue(null!));
    }

    [Fact]
    public void GetValues_KeepsTheOrder()
    {
        HeaderList headers = [("a", "2"), ("b", "x"), ("A", "1"), ("a", "3")];
        Assert.Equal(["2", "1", "3"], headers.GetValues("a"));
    }

    [Fact]
    public void Without_LeavesAllOfAName_AndTheListItself()
    {
        HeaderList headers = [("a", "1"), ("b", "2"), ("A", "3")];
        Assert.Equal(["b"], headers.Without("a").Select(header => header.NameText));
        Assert.Equal(3, headers.Count);
        Assert.Same(headers, headers.Without("c"));
    }

    [Fact]
    public void Copy_HasMemoryOfItsOwn()
    {
        byte[] value = "old"u8.ToArray();
        HeaderList headers = [("a"u8.ToArray(), value)];
        HeaderList copy = headers.Copy();
        "new"u8.CopyTo(value);
        Assert.Equal("new", headers.GetValue("a"));
        Assert.Equal("old", copy.GetValue("a"));
    }

    [Fact]
    public void Latin1_GoesBothWays()
    {
        string all = string.Concat(Enumerable.Range(0x20, 0xE0).Select(c => (char)c));
        var header = new Header("x", all);
        Assert.Equal(all, new Header(header.Name, header.Value).ValueText);
    }

    [Theory]
    [InlineData("x", "\u0100")]
    [InlineData("x", "5\u20AC")]
    [InlineData("x\u0142", "1")]
    [InlineData("\u212A", "a Kelvin sign, which is no k")]
    [InlineData("\u0130", "a dotted capital I, which is no i")]
    public void CharactersOutsideLatin1_Throw(string name, string value) => Assert.Throws<ArgumentException>(() => new Header(name, value));

    [Fact]
    public void Null_Throws()
    {
        Assert.Throws<ArgumentNullException>(() => new Header(null!, "1"));
        Assert.Throws<ArgumentNullException>(() => new Header("a", null!));
    }

    [Fact]
    public void NamesAreLowerCased_ByAsciiAlone()
    {
        Assert.Equal("x-abcz", new Header("X-ABCZ", "1").NameText);
        Assert.Equal("\u00C9", new Header("\u00C9", "1").NameText);
    }
}
