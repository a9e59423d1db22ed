using System.CommandLine;
using System.CommandLine.Parsing;
using Perch.Server.Settings;

namespace Perch.Cli.Commands;

/// <summary>The options of the command line that settings have, and their values once it is parsed.</summary>
internal sealed class CommandLineSource : ISettingSource
{
    private readonly Dictionary<Setting, Option<string[]>> _values = [];
    private readonly Dictionary<Setting, (Option<bool> On, Option<bool> Off)> _flags = [];
    private ParseResult? _parsed;

    /// <param name="command">The command that gets the options.</param>
    internal CommandLineSource(Command command)
    {
        foreach (Setting setting in ServerSettings.All)
        {
            if (setting.IsFlag)
            {
                var flag = (NewFlag(setting.Option), NewFlag(setting.NoOption));
                command.Options.Add(flag.Item1);
                command.Options.Add(flag.Item2);
                _flags.Add(setting, flag);
            }
            else
            {
                var option = new Option<string[]>(setting.Option) { Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false };
                command.Options.Add(option);
                _values.Add(setting, option);
            }
        }
    }

    /// <summary>Takes the values of a command line.</summary>
    internal CommandLineSource Of(ParseResult parsed)
    {
        _parsed = parsed;
        return this;
    }

    public IReadOnlyList<string>? Find(Setting setting, out string origin)
    {
        origin = setting.Option;
        if (_flags.TryGetValue(setting, out (Option<bool> On, Option<bool> Off) flag))
        {
            bool on = IsGiven(flag.On);
            bool off = IsGiven(flag.Off);
            if (on && off)
            {
                throw new Perch.Server.GatewaySettingsException($"{setting.Option} and {setting.NoOption} cannot both be given.");
            }

            return on ? ["true"] : off ? ["false"] : null;
        }

        return _parsed!.GetResult(_values[setting]) is { } result ? [.. result.Tokens.Select(static token => token.Value)] : null;
    }

    /// <summary>One without a value: what stands behind it would not be looked at.</summary>
    private static Option<bool> NewFlag(string name) => new(name) { Arity = ArgumentArity.Zero };

    private bool IsGiven(Option<bool> option) => _parsed!.GetResult(option) is OptionResult { Implicit: false } result && result.GetValueOrDefault<bool>();
}
