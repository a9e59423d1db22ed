namespace Perch.Transport.Tests.Support;

/// <summary>A test that is skipped where the transport is not supported.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class FactOnLoopsAttribute : FactAttribute
{
    public FactOnLoopsAttribute() => Skip = Absence;

    internal static string? Absence => EventLoopTransportFactory.IsSupported ? null : "the event-loop transport needs Linux on x64 and ARM64";
}
