using Perch.Http.Connections;
using Perch.Http.Parsing;
using Perch.Server.Access;
using Perch.Server.Observing;

namespace Perch.Server.Layers;

/// <summary>Requests that HTTP itself has refused: no app and no layer sees them, and they are logged and measured all the same.</summary>
internal sealed class RefusedRequests(ServerInstruments instruments, AccessLogWriter? access)
{
    /// <summary>The raw path has refused one.</summary>
    internal void Note(RefusedRequest request) =>
        Note(request.Scope, request.HasLine, request.Reason.StatusCode(), request.Reason.Text().Length, request.Duration);

    /// <summary>A request was refused.</summary>
    /// <param name="scope">What is known of it.</param>
    /// <param name="hasLine">Whether that is more than its connection.</param>
    /// <param name="status">What it was answered with.</param>
    /// <param name="bytes">The bytes of the answer's body.</param>
    /// <param name="duration">How long it took to come.</param>
    internal void Note(HttpScope scope, bool hasLine, int status, int bytes, TimeSpan duration)
    {
        string method = hasLine ? ServerInstruments.MethodOf(scope) : ServerInstruments.OtherMethod;
        instruments.RecordDuration(scope, method, status, duration, failure: null, hasVersion: hasLine);
        access?.Write(new AccessEntry(scope, status, bytes, DateTimeOffset.UtcNow - duration, duration, hasLine));
    }
}
