using System.Diagnostics;
using System.Globalization;
using Perch.Http.Parsing.Scanning;

namespace Perch.Benchmarks.Parsers;

/// <summary>
/// Times the head parsers on the sample requests: every parser in every round, one after the other, so that a machine whose speed
/// drifts slows all of them. Only ratios within one table count.
/// </summary>
internal static class ParsersBenchmark
{
    private const int DefaultRounds = 60;
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(2);

    private static long _sink;

    internal static int Run(string[] args, TextWriter output)
    {
        var rounds = args.Length > 0 && int.TryParse(args[0], CultureInfo.InvariantCulture, out var given) ? given : DefaultRounds;
        Contender[] contenders =
        [
            new KestrelContender(),
            new PicoContender(),
            new LlhttpContender(),
            new PerchContender<Isa512>("512 bit"),
            new PerchContender<Isa256>("256 bit"),
            new PerchContender<Isa128>("128 bit"),
            new PerchContender<ScalarIsa>("scalar"),
        ];

        foreach (var requests in SampleRequests.All)
            Write(output, requests, contenders, Measure(requests, contenders, rounds));
        return 0;
    }

    // Nanoseconds a request: for each contender, one figure for each round.
    private static double[][] Measure(SampleRequests requests, Contender[] contenders, int rounds)
    {
        var times = Array.ConvertAll(contenders, contender => contender.Absence is null ? Calibrate(contender, requests.Variants) : 0);
        var results = Array.ConvertAll(contenders, _ => new double[rounds]);
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < contenders.Length; i++)
            {
                if (times[i] == 0) continue;
                var start = ThreadClock.Now();
                _sink += contenders[i].Run(requests.Variants, times[i]);
                results[i][round] = (ThreadClock.Now() - start) / times[i] / requests.Variants.Length;
            }
        }

        return results;
    }

    // Runs until the code is in its last tier; the pause lets the background compiler finish.
    private static int Calibrate(Contender contender, byte[][] variants)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < WarmUp)
        {
            _sink += contender.Run(variants, 20);
            if (Stopwatch.GetElapsedTime(start) < WarmUp / 4) Thread.Sleep(1);
        }

        const int Trial = 200;
        start = Stopwatch.GetTimestamp();
        _sink += contender.Run(variants, Trial);
        return Math.Max(1, (int)(Trial * (Slice / Stopwatch.GetElapsedTime(start))));
    }

    private static void Write(TextWriter output, SampleRequests requests, Contender[] contenders, double[][] results)
    {
        var kestrel = Percentile(results[0], 0.5);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{requests.Name}: {requests.AverageLength:F0} bytes, {requests.Variants.Length} variants"));
        output.WriteLine("| parser | ns a request | spread (10-90 %) | GB/s | against Kestrel |");
        output.WriteLine("| --- | --- | --- | --- | --- |");
        for (var i = 0; i < contenders.Length; i++)
        {
            if (contenders[i].Absence is { } absence)
            {
                output.WriteLine($"| {contenders[i].Name} | absent: {absence} | | | |");
                continue;
            }

            var median = Percentile(results[i], 0.5);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {contenders[i].Name} | {median:F1} | {Percentile(results[i], 0.1):F1}-{Percentile(results[i], 0.9):F1} | {requests.AverageLength / median:F2} | {kestrel / median:F2} |"));
        }

        output.WriteLine();
    }

    private static double Percentile(double[] values, double part)
    {
        var sorted = values.Order().ToArray();
        return sorted[(int)(part * (sorted.Length - 1))];
    }
}
