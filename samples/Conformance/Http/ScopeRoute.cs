using Conformance.App;
using Perch;

namespace Conformance.Http;

/// <summary>The scope, as the app sees it.</summary>
internal static class ScopeRoute
{
    internal static Task RunAsync(HttpScope scope, Receive receive, Send send) => Reply.JsonAsync(send, ScopeJson.Write(scope));
}
