namespace Perch.Benchmarks.Measuring;

/// <summary>Median and spread of a series.</summary>
internal sealed record Summary(double Median, double LowerQuartile, double UpperQuartile, double Min, double Max)
{
    internal static Summary Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new(Quantile(sorted, 0.5), Quantile(sorted, 0.25), Quantile(sorted, 0.75), sorted[0], sorted[^1]);
    }

    private static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        double above = sorted[Math.Min(below + 1, sorted.Length - 1)];
        return sorted[below] + (above - sorted[below]) * (place - below);
    }
}
