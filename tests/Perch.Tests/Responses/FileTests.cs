using Perch.Tests.Support;

namespace Perch.Tests.Responses;

public sealed class FileTests : IDisposable
{
    private const string Modified = "Sun, 06 Nov 1994 08:49:37 GMT";
    private const string Later = "Sun, 06 Nov 1994 08:49:38 GMT";
    private const string Earlier = "Sun, 06 Nov 1994 08:49:36 GMT";

    private readonly string _folder = Directory.CreateTempSubdirectory("perch-tests-").FullName;
    private readonly string _file;
    private readonly string _tag;

    public FileTests()
    {
        _file = Path.Combine(_folder, "ten.txt");
        File.WriteAllText(_file, "0123456789");
        File.SetLastWriteTimeUtc(_file, new DateTime(1994, 11, 6, 8, 49, 37, 500, DateTimeKind.Utc));
        _tag = $"\"{File.GetLastWriteTimeUtc(_file).Ticks:x}-a\"";
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("POST")]
    public async Task File_IsSentWhole(string method)
    {
        Exchange exchange = await SendAsync([], method);
        Assert.Equal((200, method == "HEAD" ? "" : "0123456789"), (exchange.Status, exchange.Text));
        Assert.Equal(
            $"etag: {_tag}\nlast-modified: {Modified}\ncontent-type: text/plain; charset=utf-8\naccept-ranges: bytes\ncontent-length: 10",
            exchange.Headers.ToString());
    }

    [Theory]
    [InlineData("http.response.zerocopysend")]
    [InlineData("http.response.pathsend")]
    public async Task OfferedExtension_SendsTheFile(string extension)
    {
        Exchange exchange = await SendAsync([], extensions: extension);
        Assert.Equal(extension, exchange.Sent[1].Type);
        Assert.Equal("0123456789", exchange.Text);
        Exchange part = await SendAsync([("range", "bytes=2-4")], extensions: extension);
        Assert.Equal((206, "234"), (part.Status, part.Text));
        Exchange head = await SendAsync([], "HEAD", extension);
        Assert.Equal("http.response.body", head.Sent[1].Type);
    }

    [Theory]
    [InlineData("bytes=0-0", "0", "bytes 0-0/10")]
    [InlineData("bytes=2-4", "234", "bytes 2-4/10")]
    [InlineData("BYTES=2-4", "234", "bytes 2-4/10")]
    [InlineData("bytes=7-", "789", "bytes 7-9/10")]
    [InlineData("bytes=7-99", "789", "bytes 7-9/10")]
    [InlineData("bytes=7-99999999999999999999999", "789", "bytes 7-9/10")]
    [InlineData("bytes=-3", "789", "bytes 7-9/10")]
    [InlineData("bytes=-99", "0123456789", "bytes 0-9/10")]
    [InlineData("bytes=0-", "0123456789", "bytes 0-9/10")]
    [InlineData("bytes= 2-4 ", "234", "bytes 2-4/10")]
    public async Task Range_IsSentAs206(string range, string text, string contentRange)
    {
        Exchange exchange = await SendAsync([("range", range)]);
        Assert.Equal((206, text, contentRange), (exchange.Status, exchange.Text, exchange.Header("content-range")));
        Assert.Equal(ResponseLength(text), exchange.Header("content-length"));
        Assert.Equal(_tag, exchange.Header("etag"));
    }

    [Theory]
    [InlineData("bytes=10-")]
    [InlineData("bytes=10-20")]
    [InlineData("bytes=99999999999999999999999-")]
    [InlineData("bytes=-0")]
    public async Task RangeBeyondTheEnd_Is416(string range)
    {
        Exchange exchange = await SendAsync([("range", range)]);
        Assert.Equal((416, "", "bytes */10", "0"), (exchange.Status, exchange.Text, exchange.Header("content-range"), exchange.Header("content-length")));
        Assert.Null(exchange.Header("content-type"));
    }

    [Theory]
    [InlineData("bytes=4-2")]
    [InlineData("bytes=-")]
    [InlineData("bytes=")]
    [InlineData("bytes")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=+1-2")]
    [InlineData("bytes=1-2,4-5")]
    [InlineData("bytes=1--2")]
    [InlineData("lines=1-2")]
    [InlineData("bytes 1-2")]
    public async Task RangeThatIsNone_IsIgnored(string range)
    {
        Exchange exchange = await SendAsync([("range", range)]);
        Assert.Equal((200, "0123456789", null), (exchange.Status, exchange.Text, exchange.Header("content-range")));
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("POST")]
    public async Task RangeOfAnotherMethodThanGet_IsIgnored(string method) =>
        Assert.Equal(200, (await SendAsync([("range", "bytes=2-4")], method)).Status);

    [Fact]
    public async Task RangeGivenTwice_IsIgnored() =>
        Assert.Equal(200, (await SendAsync([("range", "bytes=2-4"), ("range", "bytes=5-6")])).Status);

    [Theory]
    [InlineData("", 200)]
    [InlineData("bytes=0-", 416)]
    [InlineData("bytes=-1", 200)]
    public async Task EmptyFile_IsSent(string range, int status)
    {
        File.WriteAllText(_file, "");
        Exchange exchange = await SendAsync(range.Length == 0 ? [] : [("range", range)], extensions: "http.response.zerocopysend");
        Assert.Equal((status, "", "0"), (exchange.Status, exchange.Text, exchange.Header("content-length")));
    }

    [Theory]
    [InlineData("if-none-match", "TAG", 304)]
    [InlineData("if-none-match", "W/TAG", 304)]
    [InlineData("if-none-match", "*", 304)]
    [InlineData("if-none-match", "\"a\", W/\"b,c\" ,TAG", 304)]
    [InlineData("if-none-match", "\"a\"", 200)]
    [InlineData("if-none-match", "\"a", 200)]
    [InlineData("if-none-match", "nonsense", 200)]
    [InlineData("if-modified-since", Modified, 304)]
    [InlineData("if-modified-since", Later, 304)]
    [InlineData("if-modified-since", "Sunday, 06-Nov-94 08:49:37 GMT", 304)]
    [InlineData("if-modified-since", "Sun Nov  6 08:49:37 1994", 304)]
    [InlineData("if-modified-since", Earlier, 200)]
    [InlineData("if-modified-since", "yesterday", 200)]
    [InlineData("if-match", "TAG", 200)]
    [InlineData("if-match", "*", 200)]
    [InlineData("if-match", "W/TAG", 412)]
    [InlineData("if-match", "\"a\"", 412)]
    [InlineData("if-unmodified-since", Modified, 200)]
    [InlineData("if-unmodified-since", Earlier, 412)]
    [InlineData("if-unmodified-since", "yesterday", 200)]
    public async Task Condition_IsAnswered(string name, string value, int status)
    {
        foreach (string method in (string[])["GET", "HEAD"])
        {
            Exchange exchange = await SendAsync([(name, value.Replace("TAG", _tag, StringComparison.Ordinal))], method);
            Assert.True(exchange.IsComplete);
            Assert.Equal(status, exchange.Status);
            Assert.Equal(status == 200 && method == "GET" ? "0123456789" : "", exchange.Text);
        }

        Assert.Equal(200, (await SendAsync([(name, value.Replace("TAG", _tag, StringComparison.Ordinal))], "POST")).Status);
    }

    [Fact]
    public async Task Conditions_HaveTheirOrder()
    {
        Assert.Equal(200, (await SendAsync([("if-none-match", "\"a\""), ("if-modified-since", Modified)])).Status);
        Assert.Equal(200, (await SendAsync([("if-match", _tag), ("if-unmodified-since", Earlier)])).Status);
        Assert.Equal(412, (await SendAsync([("if-match", "\"a\""), ("if-none-match", _tag)])).Status);
        Assert.Equal(304, (await SendAsync([("if-none-match", _tag), ("range", "bytes=2-4")])).Status);
        Assert.Equal(304, (await SendAsync([("if-none-match", "\"a\""), ("if-none-match", _tag)])).Status);
    }

    [Theory]
    [InlineData("TAG", 206)]
    [InlineData("W/TAG", 200)]
    [InlineData("\"a\"", 200)]
    [InlineData(Modified, 206)]
    [InlineData(Later, 200)]
    [InlineData(Earlier, 200)]
    [InlineData("yesterday", 200)]
    public async Task IfRange_DecidesWhetherTheRangeCounts(string value, int status) => Assert.Equal(
        status, (await SendAsync([("range", "bytes=2-4"), ("if-range", value.Replace("TAG", _tag, StringComparison.Ordinal))])).Status);

    [Fact]
    public async Task NotModified_HasWhatCachesNeed_AndNoContentHeaders()
    {
        Exchange exchange = await SendAsync(
            [("if-none-match", _tag)], given: [("cache-control", "max-age=60"), ("content-type", "text/x"), ("content-disposition", "inline"), ("content-length", "3")]);
        Assert.Equal($"cache-control: max-age=60\netag: {_tag}\nlast-modified: {Modified}", exchange.Headers.ToString());
    }

    [Fact]
    public async Task GivenValidators_StandInsteadOfTheFiles()
    {
        HeaderList given = [("etag", "W/\"v1\""), ("last-modified", Earlier), ("content-type", "text/x"), ("content-length", "3")];
        Exchange exchange = await SendAsync([], given: given);
        Assert.Equal(("W/\"v1\"", Earlier, "text/x", "10"), (
            exchange.Header("etag"), exchange.Header("last-modified"), exchange.Header("content-type"), exchange.Header("content-length")));
        Assert.Equal(304, (await SendAsync([("if-none-match", "\"v1\"")], given: given)).Status);
        Assert.Equal(304, (await SendAsync([("if-modified-since", Earlier)], given: given)).Status);
    }

    [Fact]
    public async Task DateInTheFuture_IsNotSent()
    {
        File.SetLastWriteTimeUtc(_file, DateTime.UtcNow.AddYears(1));
        Exchange exchange = await SendAsync([]);
        Assert.True(DateTimeOffset.Parse(exchange.Header("last-modified")!, null) <= DateTimeOffset.UtcNow);
    }

    [Theory]
    [InlineData("a.html", "text/html; charset=utf-8")]
    [InlineData("a.PNG", "image/png")]
    [InlineData("a.tar.gz", "application/gzip")]
    [InlineData("a.unknown", "application/octet-stream")]
    [InlineData("a", "application/octet-stream")]
    public async Task ContentType_IsByExtension(string name, string expected)
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, "x");
        var exchange = new Exchange(Exchange.Get());
        await exchange.Send.FileAsync(exchange.Scope, path);
        Assert.Equal(expected, exchange.Header("content-type"));
        exchange = new Exchange(Exchange.Get());
        await exchange.Send.FileAsync(exchange.Scope, path, "text/x");
        Assert.Equal("text/x", exchange.Header("content-type"));
    }

    [Fact]
    public async Task LargeFile_IsStreamed()
    {
        byte[] all = new byte[200_001];
        new Random(5).NextBytes(all);
        File.WriteAllBytes(_file, all);
        Exchange exchange = await SendAsync([("range", "bytes=1-")]);
        Assert.True(exchange.IsComplete);
        Assert.Equal(all[1..], exchange.Body);
    }

    [Fact]
    public async Task FileThatBecomesShorter_EndsTheResponseWithAnError()
    {
        var exchange = new Exchange(Exchange.Get());
        exchange.OnSend = message =>
        {
            if (message is HttpResponseStart)
            {
                File.WriteAllText(_file, "01");
            }
        };
        await Assert.ThrowsAsync<EndOfStreamException>(() => exchange.Send.FileAsync(exchange.Scope, _file).AsTask());
        Assert.False(exchange.IsComplete);
    }

    [Fact]
    public async Task FileThatIsNotThere_IsTheAppsToAnswer()
    {
        var exchange = new Exchange(Exchange.Get());
        await Assert.ThrowsAsync<FileNotFoundException>(() => exchange.Send.FileAsync(exchange.Scope, Path.Combine(_folder, "none")).AsTask());
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => exchange.Send.FileAsync(exchange.Scope, Path.Combine(_folder, "no/ne")).AsTask());
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => exchange.Send.FileAsync(exchange.Scope, _folder).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => exchange.Send.FileAsync(exchange.Scope, "").AsTask());
        Assert.Empty(exchange.Sent);
    }

    private static string ResponseLength(string text) => text.Length.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private async Task<Exchange> SendAsync(HeaderList headers, string method = "GET", string? extensions = null, HeaderList? given = null)
    {
        var exchange = new Exchange(Exchange.Get(headers, method, extensions is null ? [] : [extensions]));
        await exchange.Send.FileAsync(exchange.Scope, _file, headers: given);
        Assert.True(exchange.IsComplete);
        return exchange;
    }
}
