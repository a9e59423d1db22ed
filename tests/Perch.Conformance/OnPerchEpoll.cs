using Perch.Conformance.Hosts;
using Perch.Conformance.Suite;

namespace Perch.Conformance;

/// <summary>Perch's own HTTP/1.1 over Kestrel's connections, and these over event loops.</summary>
public sealed class OnPerchEpoll(HostFixture fixture)
    : ConformanceSuite(fixture, new HostUnderTest(
        "perch", Offers.TrailersOverHttp1 | Offers.EarlyHints | Offers.UntouchedPaths | Offers.OwnWebSocketEngine, Transport: "epoll"));
