using Perch.Conformance.Suite;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Perch.Conformance.Hosts;

/// <summary>Leaves out the tests of HTTP, for a host that differs from another in its WebSockets alone, and those that its engine is known to fail.</summary>
public sealed class WebSocketsOnly : ITestCaseOrderer
{
    /// <summary>The trait of a test that needs <see cref="Offers.OwnWebSocketEngine"/>.</summary>
    internal const string Needs = "needs the engine";

    /// <inheritdoc/>
    public IEnumerable<TTestCase> OrderTestCases<TTestCase>(IEnumerable<TTestCase> testCases)
        where TTestCase : ITestCase => testCases.Where(test =>
            test.TestMethod.Method.ToRuntimeMethod().DeclaringType == typeof(ConformanceSuite) && !test.Traits.ContainsKey(Needs));
}
