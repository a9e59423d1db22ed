namespace Perch.Python.Tests.Soak;

/// <summary>No other test runs beside: its memory and its sockets would be counted.</summary>
[CollectionDefinition(nameof(RunsAlone), DisableParallelization = true)]
public sealed class RunsAlone;
