using Perch.Benchmarks.Measuring;

namespace Perch.Benchmarks.Tests.Reporting;

public sealed class SummaryTests
{
    [Fact]
    public void QuantilesBetweenTwoValues_AreInterpolated() =>
        Assert.Equal(new Summary(2.5, 1.75, 3.25, 1, 4), Summary.Of([4, 2, 1, 3]));
}
