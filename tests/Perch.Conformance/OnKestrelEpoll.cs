using Perch.Conformance.Hosts;
using Perch.Conformance.Suite;

namespace Perch.Conformance;

/// <summary>Kestrel's HTTP stack over Perch's event loops.</summary>
public sealed class OnKestrelEpoll(HostFixture fixture)
    : ConformanceSuite(fixture, new HostUnderTest("kestrel", Offers.OwnWebSocketEngine, Transport: "epoll"));
