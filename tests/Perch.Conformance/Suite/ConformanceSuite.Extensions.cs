using System.Globalization;
using System.Security.Cryptography;
using Perch.Conformance.Clients;
using Perch.Conformance.Hosts;
using Perch.Conformance.Tools;

namespace Perch.Conformance.Suite;

public abstract partial class ConformanceSuite
{
    /// <summary>Every protocol with both extensions that send files.</summary>
    public static TheoryData<HttpProtocol, string> ProtocolsAndFileExtensions => Cross("pathsend", "zerocopysend");

    [Theory]
    [InlineData(HttpProtocol.Http2)]
    [InlineData(HttpProtocol.Http2Tls)]
    public async Task Trailers_AreSentOnHttp2(HttpProtocol protocol)
    {
        using HttpClient client = protocol.CreateClient(App);
        using HttpResponseMessage response = await client.GetAsync(Target("/trailers"));

        Assert.Equal("with trailers", await response.Content.ReadAsStringAsync());
        Assert.Equal(["42"], response.TrailingHeaders.GetValues("x-sum"));
    }

    [Fact]
    public async Task Trailers_AreNotSentToHead()
    {
        using HttpClient client = HttpProtocol.Http2.CreateClient(App);
        using var request = new HttpRequestMessage(HttpMethod.Head, Target("/trailers"))
        {
            Version = client.DefaultRequestVersion,
            VersionPolicy = client.DefaultVersionPolicy,
        };
        using HttpResponseMessage response = await client.SendAsync(request);

        Assert.True(response.IsSuccessStatusCode);
        Assert.Equal("", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Trailers_AreSentOnHttp1WhereTheHostOffersThem()
    {
        using RawClient client = await ConnectAsync();
        RawResponse asked = await client.RequestAsync("GET /trailers", "TE: trailers\r\nConnection: TE\r\n\r\n");
        RawResponse notAsked = await client.RequestAsync("GET /trailers");

        if (Host.Has(Offers.TrailersOverHttp1))
        {
            Assert.Equal("with trailers", asked.Body);
            Assert.Equal([new("x-sum", "42")], asked.Trailers!);
            Assert.Equal("with trailers", notAsked.Body);
            Assert.Empty(notAsked.Trailers ?? []);
        }
        else
        {
            Assert.Equal("no trailers", asked.Body);
            Assert.Equal("no trailers", notAsked.Body);
        }
    }

    [Fact]
    public async Task EarlyHints_ComeFirstWhereTheHostOffersThem()
    {
        using RawClient client = await ConnectAsync();
        RawResponse first = await client.RequestAsync("GET /early-hints");
        if (Host.Has(Offers.EarlyHints))
        {
            Assert.Equal(103, first.Status);
            Assert.Equal("</style.css>; rel=preload; as=style", first.Header("link"));
            first = await ResponseReader.ReadAsync(client);
        }

        Assert.Equal(200, first.Status);
        Assert.Equal("hinted", first.Body);
    }

    [Theory]
    [MemberData(nameof(ProtocolsAndFileExtensions))]
    public async Task File_IsSentWithItsLength(HttpProtocol protocol, string how)
    {
        foreach (int length in new[] { 0, 1, 100_000, 5_000_000 })
        {
            string file = await CreateFileAsync(length);
            try
            {
                using HttpClient client = protocol.CreateClient(App);
                using HttpResponseMessage response = await client.GetAsync(FileTarget(file, how));
                byte[] body = await response.Content.ReadAsByteArrayAsync();

                Assert.Equal(length, response.Content.Headers.ContentLength);
                Assert.Equal(SHA256.HashData(await File.ReadAllBytesAsync(file)), SHA256.HashData(body));
            }
            finally
            {
                File.Delete(file);
            }
        }
    }

    [Theory]
    [InlineData("pathsend")]
    [InlineData("zerocopysend")]
    public async Task File_IsNotSentToHead(string how)
    {
        string file = await CreateFileAsync(1000);
        try
        {
            using RawClient client = await ConnectAsync();
            RawResponse head = await client.RequestAsync($"HEAD {FileTarget(file, how)}");

            Assert.Equal(1000.ToString(CultureInfo.InvariantCulture), head.Header("content-length"));
            Assert.Equal("Hello, World!", (await client.RequestAsync("GET /")).Body);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task File_ThatIsMissingIs404()
    {
        using RawClient client = await ConnectAsync();
        RawResponse response = await client.RequestAsync($"GET {FileTarget("/no/such/file", "pathsend")}");

        Assert.Equal(404, response.Status);
    }

    [TheoryWith(Tool.Curl)]
    [MemberData(nameof(ProtocolsAndFileExtensions))]
    public async Task Curl_GetsAFile(HttpProtocol protocol, string how)
    {
        string file = await CreateFileAsync(1_000_000);
        try
        {
            ToolResult result = await Tool.RunAsync(Tool.Curl, ["-sSk", .. protocol.CurlOptions(), protocol.Origin(App) + FileTarget(file, how)]);

            Assert.True(result.ExitCode == 0, result.Errors);
            Assert.Equal(await File.ReadAllBytesAsync(file), result.Output);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<string> CreateFileAsync(int length)
    {
        string file = Path.GetTempFileName();
        await File.WriteAllBytesAsync(file, RandomNumberGenerator.GetBytes(length));
        return file;
    }

    private static Uri FileTarget(string file, string how) => Target($"/file?path={Uri.EscapeDataString(file)}&how={how}");
}
