using Perch;

namespace Conformance.Http;

/// <summary>What answers a request of one path.</summary>
internal delegate Task HttpRoute(HttpScope scope, Receive receive, Send send);
