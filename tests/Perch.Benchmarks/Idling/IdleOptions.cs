using Perch.Benchmarks.Cli;

namespace Perch.Benchmarks.Idling;

/// <summary>How idle connections are measured.</summary>
internal sealed class IdleOptions
{
    private const int QuickRounds = 2;
    private const int QuickConnections = 500;

    private bool _isQuick;

    internal int Connections { get; private set; } = 10_000;

    internal int Rounds { get; private set; } = 5;

    /// <summary>How long a server is warmed before it is measured, ready or not.</summary>
    internal TimeSpan LongestWarmUp => TimeSpan.FromSeconds(_isQuick ? 2 : 20);

    internal IReadOnlyList<string>? Servers { get; private set; }

    internal IReadOnlyList<string>? Scenarios { get; private set; }

    internal OutputOptions Output { get; } = new();

    /// <summary>Reads the command line.</summary>
    /// <returns>False if help was printed.</returns>
    internal bool Parse(ReadOnlySpan<string> args)
    {
        var options = new OptionSet("idle [options]");
        options.Integer("--connections", $"connections that idle; {Connections} unless said otherwise", 16, 1_000_000, value => Connections = value);
        options.Integer("--rounds", $"rounds; in each of them every server is started anew and measured; {Rounds} unless said otherwise", 1, 1000, value => Rounds = value);
        options.Text("--servers", "A,B,…", "only these servers", value => Servers = value.Split(','));
        options.Text("--scenarios", "A,B,…", "only these scenarios", value => Scenarios = value.Split(','));
        Output.AddTo(options);
        options.Flag("--quick", "checks that every server answers rightly, with few connections: its figures mean little", () => _isQuick = true);
        if (!options.Parse(args))
        {
            return false;
        }

        if (_isQuick)
        {
            Rounds = QuickRounds;
            Connections = Math.Min(Connections, QuickConnections);
        }

        return true;
    }
}
