using Perch.Benchmarks.Cli;

namespace Perch.Benchmarks.Comparing;

/// <summary>How a comparison is run.</summary>
/// <param name="usage">The first line of the help.</param>
/// <param name="rounds">How many rounds there are by default.</param>
/// <param name="time">How long a round is by default.</param>
/// <param name="load">Whether the command line says how many connections and how deep pipelines there are.</param>
internal sealed class ComparisonOptions(string usage, int rounds, TimeSpan time, bool load = true)
{
    private const int QuickRounds = 3;
    private static readonly TimeSpan QuickTime = TimeSpan.FromSeconds(0.1);

    private bool _isQuick;

    internal int Connections { get; private set; } = 64;

    internal int Pipeline { get; private set; } = 16;

    internal int Rounds { get; private set; } = rounds;

    internal TimeSpan Time { get; private set; } = time;

    internal int RequestsPerRound { get; private set; } = int.MaxValue;

    /// <summary>How long servers are warmed before they are measured, ready or not.</summary>
    internal TimeSpan LongestWarmUp => TimeSpan.FromSeconds(_isQuick ? 8 : 40);

    internal OutputOptions Output { get; } = new();

    internal IReadOnlyList<string>? Servers { get; private set; }

    internal IReadOnlyList<string>? Scenarios { get; private set; }

    /// <summary>Reads the command line.</summary>
    /// <param name="args">What follows the command.</param>
    /// <param name="add">Adds options of the command's own.</param>
    /// <returns>False if help was printed.</returns>
    internal bool Parse(ReadOnlySpan<string> args, Action<OptionSet>? add = null)
    {
        var options = new OptionSet(usage);
        add?.Invoke(options);
        if (load)
        {
            options.Integer("--connections", $"connections of the client; {Connections} unless said otherwise", 1, 1024, value => Connections = value);
            options.Integer("--pipeline", $"requests in a pipeline; {Pipeline} unless said otherwise", 2, 256, value => Pipeline = value);
        }

        options.Integer("--rounds", $"rounds; in each of them every server is measured once; {Rounds} unless said otherwise", 1, 1000, value => Rounds = value);
        options.Seconds("--seconds", $"time for a server in a round; {Time.TotalSeconds:0.##} unless said otherwise", 0.01, 30, value => Time = value);
        options.Integer("--requests-per-round", "a number of requests for a server in a round, instead of a time", 1, 10_000_000, SetRequests);
        options.Text("--servers", "A,B,…", "only these servers", value => Servers = value.Split(','));
        options.Text("--scenarios", "A,B,…", "only these scenarios", value => Scenarios = value.Split(','));
        Output.AddTo(options);
        options.Flag("--quick", "checks that every server answers rightly, in a few rounds: its figures mean little", () => _isQuick = true);
        if (!options.Parse(args))
        {
            return false;
        }

        if (_isQuick)
        {
            Rounds = QuickRounds;
            Time = QuickTime;
        }

        return true;
    }

    private void SetRequests(int requests)
    {
        RequestsPerRound = requests;
        Time = Timeout.InfiniteTimeSpan;
    }
}
