namespace Perch.Transport.Tests.Support;

/// <summary>Tests that look at what the whole process has: they run when no other does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    internal const string Name = "alone";
}
