using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;

namespace Perch.Cli.Telemetry;

/// <summary>
/// Sends metrics and traces to a collector, when the standard variables name one: <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> and its kin. All of the
/// exporter's own settings are those of OpenTelemetry (OTEL_SERVICE_NAME, OTEL_METRIC_EXPORT_INTERVAL and so on).
/// </summary>
internal sealed class OpenTelemetryExport : IDisposable
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string Source = "perch";

    /// <summary>What Kestrel and the runtime measure of connections and of themselves.</summary>
    private static readonly string[] Meters = [Source, "Perch.Http", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    private readonly MeterProvider? _meters;
    private readonly TracerProvider? _traces;

    private OpenTelemetryExport(MeterProvider? meters, TracerProvider? traces)
    {
        _meters = meters;
        _traces = traces;
    }

    /// <summary>Starts it; does nothing where no collector is named.</summary>
    internal static OpenTelemetryExport Start()
    {
        bool isOff = string.Equals(Environment.GetEnvironmentVariable("OTEL_SDK_DISABLED"), "true", StringComparison.OrdinalIgnoreCase);
        return new(
            !isOff && IsNamed("METRICS") ? Sdk.CreateMeterProviderBuilder().AddMeter(Meters).AddOtlpExporter().Build() : null,
            !isOff && IsNamed("TRACES") ? Sdk.CreateTracerProviderBuilder().AddSource(Source).AddOtlpExporter().Build() : null);
    }

    /// <summary>Sends what is left.</summary>
    public void Dispose()
    {
        _meters?.Dispose();
        _traces?.Dispose();
    }

    private static bool IsNamed(string signal) =>
        !string.Equals(Environment.GetEnvironmentVariable($"OTEL_{signal}_EXPORTER"), "none", StringComparison.OrdinalIgnoreCase)
        && (Has(Endpoint) || Has($"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"));

    private static bool Has(string variable) => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable));
}
