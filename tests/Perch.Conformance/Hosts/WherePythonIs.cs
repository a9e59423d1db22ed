using Perch.Conformance.Tools;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Perch.Conformance.Hosts;

/// <summary>Leaves out the tests of the routes in Python where there is no interpreter.</summary>
public sealed class WherePythonIs : ITestCaseOrderer
{
    /// <inheritdoc/>
    public IEnumerable<TTestCase> OrderTestCases<TTestCase>(IEnumerable<TTestCase> testCases)
        where TTestCase : ITestCase => Tool.WhyMissing(Tool.Python) is null ? testCases : [];
}
