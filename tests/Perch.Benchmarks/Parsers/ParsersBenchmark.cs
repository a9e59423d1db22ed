using System.Diagnostics;
using System.Runtime;
using Perch.Benchmarks.Measuring;
using Perch.Http.Parsing.Scanning;

namespace Perch.Benchmarks.Parsers;

/// <summary>
/// Times the head parsers on the sample requests: every parser in every round, one after the other, so that a machine whose speed
/// drifts slows all of them. Only ratios within one table count.
/// </summary>
internal static class ParsersBenchmark
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan LongestWarmUp = TimeSpan.FromSeconds(5);

    // Longer than the runtime waits after its last quick compilation before it starts with the good ones: 100 ms.
    private static readonly TimeSpan CompilerRest = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(2);

    private static readonly Contender[] Contenders =
    [
        new KestrelContender(),
        new PicoContender(),
        new LlhttpContender(),
        new PerchContender<Isa512>("512 bit"),
        new PerchContender<Isa256>("256 bit"),
        new PerchContender<Isa128>("128 bit"),
        new PerchContender<ScalarIsa>("scalar"),
    ];

    private static long _sink;

    internal static ParsersResult Measure(SampleRequests requests, int rounds)
    {
        int[] times = Array.ConvertAll(Contenders, contender => contender.Absence is null ? Calibrate(contender, requests.Variants) : 0);
        double[][] results = Array.ConvertAll(times, count => new double[count > 0 ? rounds : 0]);
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < Contenders.Length; i++)
            {
                if (times[i] > 0)
                {
                    long start = CpuClock.OfThisThread();
                    _sink += Contenders[i].Run(requests.Variants, times[i]);
                    results[i][round] = (double)(CpuClock.OfThisThread() - start) / times[i] / requests.Variants.Length;
                }
            }
        }

        return new ParsersResult(
            requests.Name,
            requests.AverageLength,
            requests.Variants.Length,
            [.. Contenders.Zip(results, (contender, nanoseconds) => new ParserResult(contender.Name, contender.Absence, nanoseconds))]);
    }

    // Runs until the code is in its last tier: until the compiler has had nothing to do for a while. The pauses let it work.
    private static int Calibrate(Contender contender, byte[][] variants)
    {
        long start = Stopwatch.GetTimestamp();
        long compiled = start;
        long methods = JitInfo.GetCompiledMethodCount();
        while (Stopwatch.GetElapsedTime(start) < WarmUp || (Stopwatch.GetElapsedTime(compiled) < CompilerRest && Stopwatch.GetElapsedTime(start) < LongestWarmUp))
        {
            _sink += contender.Run(variants, 20);
            Thread.Sleep(1);
            if (JitInfo.GetCompiledMethodCount() is var now && now != methods)
            {
                methods = now;
                compiled = Stopwatch.GetTimestamp();
            }
        }

        const int Trial = 200;
        start = Stopwatch.GetTimestamp();
        _sink += contender.Run(variants, Trial);
        return Math.Max(1, (int)(Trial * (Slice / Stopwatch.GetElapsedTime(start))));
    }
}
