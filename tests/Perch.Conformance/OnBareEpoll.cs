using Perch.Conformance.Hosts;
using Perch.Conformance.Suite;

namespace Perch.Conformance;

/// <summary>Perch's own HTTP/1.1 on a bare listener over event loops: nothing of Kestrel's.</summary>
[TestCaseOrderer("Perch.Conformance.Hosts.Http1Only", "Perch.Conformance")]
public sealed class OnBareEpoll(HostFixture fixture)
    : ConformanceSuite(fixture, new HostUnderTest(
        "bare", Offers.TrailersOverHttp1 | Offers.EarlyHints | Offers.UntouchedPaths | Offers.OwnWebSocketEngine, HasHttp2: false, Transport: "epoll"));
