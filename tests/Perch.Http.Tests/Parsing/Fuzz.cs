using System.Globalization;

namespace Perch.Http.Tests.Parsing;

/// <summary>Inputs that nobody thought of. The seed is fixed; PERCH_FUZZ_ITERATIONS makes the runs longer.</summary>
internal static class Fuzz
{
    private const int DefaultIterations = 10_000;

    private static readonly string[] Pieces =
    [
        "\r\n", "\r", "\n", " ", "\t", ":", "\0", "\x7F", "\xFF", "%", "%4", "%41", "/", "*", "?", "#", "[", "]", "@", ",", "5", "-",
        "GET", "CONNECT", "OPTIONS", "HTTP/1.1", "HTTP/1.0", "http://a", "Host: b\r\n", "Host", "Content-Length: 7\r\n",
        "Transfer-Encoding: chunked\r\n", "Connection: close\r\n", "Expect: 100-continue\r\n", "TE: trailers\r\n", "\r\n\r\n", "\r\n ",
    ];

    internal static int Iterations =>
        int.TryParse(Environment.GetEnvironmentVariable("PERCH_FUZZ_ITERATIONS"), CultureInfo.InvariantCulture, out var iterations)
            ? iterations
            : DefaultIterations;

    internal static byte[] Mutate(Random random, string text)
    {
        var bytes = Heads.Bytes(text).ToList();
        for (var changes = random.Next(0, 4); changes > 0; changes--)
        {
            var at = random.Next(bytes.Count + 1);
            switch (random.Next(5))
            {
                case 0 when at < bytes.Count:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1 when at < bytes.Count:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 9), bytes.Count - at));
                    break;
                case 2:
                    bytes.InsertRange(at, Heads.Bytes(Pieces[random.Next(Pieces.Length)]));
                    break;
                case 3:
                    bytes.InsertRange(at, Enumerable.Repeat((byte)'z', random.Next(1, 150)));
                    break;
                case 4 when at < bytes.Count:
                    var length = Math.Min(random.Next(1, 40), bytes.Count - at);
                    bytes.InsertRange(random.Next(bytes.Count + 1), bytes.GetRange(at, length));
                    break;
            }
        }

        return [.. bytes];
    }
}
