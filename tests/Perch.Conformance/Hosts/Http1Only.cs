using Perch.Conformance.Clients;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Perch.Conformance.Hosts;

/// <summary>Leaves out the tests of protocols that a host without HTTP/2 does not speak.</summary>
public sealed class Http1Only : ITestCaseOrderer
{
    /// <summary>The trait of a test that needs HTTP/2 and does not say so by an argument.</summary>
    internal const string Needs = "needs";

    /// <inheritdoc/>
    public IEnumerable<TTestCase> OrderTestCases<TTestCase>(IEnumerable<TTestCase> testCases)
        where TTestCase : ITestCase => testCases.Where(test => !test.Traits.ContainsKey(Needs)
            && (test.TestMethodArguments ?? []).All(argument => argument switch
            {
                HttpProtocol protocol => !protocol.IsHttp2(),
                WebSocketTransport transport => transport is WebSocketTransport.Http1 or WebSocketTransport.Http1Tls,
                _ => true,
            }));
}
