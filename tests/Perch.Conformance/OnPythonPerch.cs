using Perch.Conformance.Hosts;
using Perch.Conformance.Suite;

namespace Perch.Conformance;

/// <summary>The routes in Python, on Perch's own HTTP/1.1.</summary>
[TestCaseOrderer("Perch.Conformance.Hosts.WherePythonIs", "Perch.Conformance")]
public sealed class OnPythonPerch(HostFixture fixture)
    : ConformanceSuite(fixture, new HostUnderTest("perch", Offers.TrailersOverHttp1 | Offers.EarlyHints | Offers.UntouchedPaths | Offers.OwnWebSocketEngine, Sample: "PythonApp"));
