namespace Perch.Http.Tests.Parsing;

/// <summary>Heads, right and wrong, from which inputs are generated.</summary>
internal static class Corpus
{
    internal static IReadOnlyList<string> Accepted { get; } =
    [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /a/b%20c?x=%41&y[]=1 HTTP/1.1\r\nHost: www.example.com:8080\r\nUser-Agent: some\tthing \xE9\r\nAccept: */*\r\n\r\n",
        "\r\nPOST /form HTTP/1.1\r\nhost:example.com\r\nContent-Length:  12 \r\nExpect: 100-Continue\r\n\r\nhello world!",
        "POST /up HTTP/1.1\r\nHOST: [::1]:80\r\nTransfer-Encoding: Chunked\r\nTE: gzip, trailers\r\nConnection: TE, close\r\n\r\n0\r\n\r\n",
        "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: h2c, WebSocket\r\nSec-WebSocket-Key: x\r\n\r\n",
        "GET http://user.example:81/p?q HTTP/1.1\r\nHost: other\r\nConnection: keep-alive\r\n\r\n",
        "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nHost: \r\n\r\n",
        "GET /old HTTP/1.0\r\nConnection: Keep-Alive\r\nExpect: 100-continue\r\n\r\n",
        "DELETE /" + new string('x', 150) + "?" + new string('y', 70) + " HTTP/1.1\r\nHost: a\r\n\r\n",
        "PATCH / HTTP/1.1\r\nHost: a\r\nCookie: " + new string('c', 300) + "\r\nA: \r\nB:\r\nC: d\r\nE: f\r\nG: h\r\nI: j\r\n\r\n",
        "PURGE /x HTTP/1.1\r\n" + new string('N', 70) + ": v\r\nHost: a\r\nContent-Length: 5, 5\r\nContent-Length: 5\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n" + new string('a', 31) + ": 1\r\n" + new string('b', 32) + ": 2\r\n" + new string('c', 33) + ": 3\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n" + new string('d', 63) + ": 1\r\n" + new string('e', 64) + ": 2\r\n" + new string('f', 65) + ": 3\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: " + new string('h', 31) + ":80\r\nHost" + new string('x', 32) + ": not one\r\nA:\r\n\r\n",
        "GET / HTTP/1.0\r\nHost: " + new string('h', 32) + "\r\nContent-Length" + new string('x', 32) + ": none\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: " + new string('h', 64) + ":65535\r\n\r\n",
        "BREW-COFFEE /pot HTTP/1.1\r\nX: y\r\nHost: a%20b.de:\r\n\r\n",
        "GET /x HTTP/1.1\r\nAspect: a\r\nComrade: b\r\nHost: a:1\r\nX-Location: c\r\nX-Location: d\r\nConnection: close\r\nXX: e\r\n\r\n",
        "GET /x HTTP/1.1\r\nHost: a\r\nAn-Unmy-Length: a\r\nSome-Late-Ending: b\r\nX-Location: keep-alive\r\n\r\n",
    ];

    internal static IReadOnlyList<string> Rejected { get; } =
    [
        "GET / HTTP/2.0\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET /\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\nX: \x01\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\nBad Name: x\r\n\r\n",
        "GET / HTTP/1.1\r\nX: \x01\r\nHost: a\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nb:\r\ra\r\n",
        "GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n",
        "GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET ftp://x/ HTTP/1.1\r\nHost: a\r\n\r\n",
    ];

    internal static IEnumerable<string> All => Accepted.Concat(Rejected);
}
