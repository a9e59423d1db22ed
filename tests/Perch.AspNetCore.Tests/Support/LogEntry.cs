using Microsoft.Extensions.Logging;

namespace Perch.AspNetCore.Tests.Support;

internal sealed record LogEntry(string Category, LogLevel Level, EventId Id, string Message, Exception? Exception)
{
    public override string ToString() => $"{Level} {Category}[{Id.Id} {Id.Name}] {Message} {Exception}";
}
