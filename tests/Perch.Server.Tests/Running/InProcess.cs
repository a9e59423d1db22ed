namespace Perch.Server.Tests.Running;

/// <summary>Tests with servers in this process, whose meters are everybody's: one after the other.</summary>
[CollectionDefinition(nameof(InProcess))]
public sealed class InProcess;
