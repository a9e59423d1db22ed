using Perch.Python.Workers;

namespace Perch.Python.Tests.Workers;

/// <summary>How many event loops a host has beside its workers.</summary>
public sealed class HostLoopsTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 2, 1)]
    [InlineData(2, 2, 1)]
    [InlineData(1, 8, 7)]
    [InlineData(4, 8, 4)]
    [InlineData(32, 8, 4)]
    [InlineData(1, 64, 16)]
    [InlineData(64, 64, 16)]
    public void Loops_AreWhatTheWorkersLeave_AndHalfOfTheProcessorsAtLeast(int workers, int processors, int loops) =>
        Assert.Equal(loops, HostLoops.Beside(workers, processors));
}
