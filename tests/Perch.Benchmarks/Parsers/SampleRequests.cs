using System.Globalization;
using System.Text;

namespace Perch.Benchmarks.Parsers;

/// <summary>
/// The four requests, each in 16 variants that differ in lengths, in the order of the fields and in which of them are there, as the
/// requests of
/// different clients do. With one variant branch prediction learns the request, and every parser looks too fast.
/// </summary>
internal sealed record SampleRequests(string Name, byte[][] Variants)
{
    internal const int VariantCount = 16;

    internal double AverageLength => Variants.Average(variant => variant.Length);

    internal static IReadOnlyList<SampleRequests> All { get; } =
    [
        Make("tiny, 1 field", Tiny),
        Make("small, 3 fields", Small),
        Make("browser, 12 fields", Browser),
        Make("cookies, 17 fields", Cookies),
    ];

    private static SampleRequests Make(string name, Func<Random, int, string> make)
    {
        var random = new Random(20_26);
        var variants = new byte[VariantCount][];
        for (var i = 0; i < VariantCount; i++)
        {
            // Pinned, because the C parsers get addresses.
            var bytes = Encoding.Latin1.GetBytes(make(random, i));
            variants[i] = GC.AllocateUninitializedArray<byte>(bytes.Length, pinned: true);
            bytes.CopyTo(variants[i], 0);
        }

        return new SampleRequests(name, variants);
    }

    private static string Tiny(Random random, int variant) =>
        $"GET /{Word(random, 0, 7)} HTTP/1.1\r\nHost: {Word(random, 3, 9)}.de\r\n\r\n";

    private static string Small(Random random, int variant) => Head(
        random,
        $"{(variant % 4 == 3 ? "POST" : "GET")} /api/{Word(random, 3, 12)}/{random.Next(1, 100_000)} HTTP/1.1",
        [
            $"Host: {Word(random, 4, 10)}.example.com",
            $"User-Agent: {Word(random, 4, 8)}/{random.Next(1, 9)}.{random.Next(10, 99)}.0 ({Word(random, 5, 20)}; +https://{Word(random, 3, 9)}.org)",
            $"Accept: {(variant % 2 == 0 ? "application/json" : "text/html,application/json;q=0.9,*/*;q=0.8")}",
        ]);

    private static string Browser(Random random, int variant) =>
        Head(random, $"GET /{Word(random, 3, 12)}/{Word(random, 3, 20)}.html?{Word(random, 2, 6)}={random.Next()} HTTP/1.1", BrowserFields(random, variant));

    private static string Cookies(Random random, int variant) => Head(
        random,
        $"GET /{Word(random, 3, 12)}/{Word(random, 3, 20)}?utm_source={Word(random, 5, 12)}&utm_campaign={Word(random, 8, 30)} HTTP/1.1",
        [
            .. BrowserFields(random, variant),
            "Cookie: " + string.Join("; ", Enumerable.Range(0, random.Next(7, 12)).Select(_ => $"{Word(random, 3, 12)}={Token(random, random.Next(20, 175))}")),
            $"X-Requested-With: XMLHttpRequest-{Word(random, 0, 6)}",
            $"Authorization: Bearer {Token(random, random.Next(120, 220))}",
            $"If-None-Match: \"{Token(random, random.Next(12, 40))}\"",
            $"X-Forwarded-For: {random.Next(1, 255)}.{random.Next(1, 255)}.{random.Next(1, 255)}.{random.Next(1, 255)}",
        ]);

    private static string[] BrowserFields(Random random, int variant) =>
    [
        $"Host: www.{Word(random, 4, 14)}.com",
        "Connection: keep-alive",
        $"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{random.Next(90, 140)}.0.{random.Next(0, 9999)}.{random.Next(0, 99)} Safari/537.36",
        "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
        variant % 3 == 0 ? "Accept-Language: de-DE,de;q=0.9,en;q=0.5" : "Accept-Language: en-GB,en;q=0.5",
        "Accept-Encoding: gzip, deflate, br, zstd",
        $"Referer: https://www.{Word(random, 4, 14)}.com/{Word(random, 10, 60)}",
        $"Sec-CH-UA: \"Chromium\";v=\"{random.Next(90, 140)}\", \"Not)A;Brand\";v=\"8\", \"{Word(random, 5, 14)}\";v=\"{random.Next(90, 140)}\"",
        $"Sec-Fetch-Mode: {(variant % 2 == 0 ? "navigate" : "no-cors")}",
        "Sec-Fetch-Site: same-origin",
        variant % 4 == 1 ? "DNT: 1" : "Upgrade-Insecure-Requests: 1",
        $"Cache-Control: max-age={random.Next(0, 3600).ToString(CultureInfo.InvariantCulture)}",
    ];

    private static string Head(Random random, string line, string[] fields)
    {
        random.Shuffle(fields);
        return line + "\r\n" + string.Concat(fields.Select(field => field + "\r\n")) + "\r\n";
    }

    private static string Word(Random random, int from, int to) =>
        new([.. Enumerable.Range(0, random.Next(from, to + 1)).Select(_ => (char)('a' + random.Next(26)))]);

    private static string Token(Random random, int length) =>
        new([.. Enumerable.Range(0, length).Select(_ => "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."[random.Next(65)])]);
}
