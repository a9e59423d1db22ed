using System.Diagnostics.CodeAnalysis;

namespace Perch.Python.Tests.Soak;

/// <summary>No other test runs beside: its memory and its sockets would be counted.</summary>
[CollectionDefinition(nameof(RunsAlone), DisableParallelization = true)]
[SuppressMessage("Performance", "CA1812", Justification = "xunit reads its attribute.")]
internal sealed class RunsAlone;
