using Perch.Conformance.Hosts;
using Perch.Conformance.Suite;

namespace Perch.Conformance;

/// <summary>The routes in Python, on Kestrel's HTTP stack.</summary>
[TestCaseOrderer("Perch.Conformance.Hosts.WherePythonIs", "Perch.Conformance")]
public sealed class OnPythonKestrel(HostFixture fixture)
    : ConformanceSuite(fixture, new HostUnderTest("kestrel", Offers.OwnWebSocketEngine, Sample: "PythonApp"));
