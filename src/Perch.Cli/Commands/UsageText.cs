using System.CommandLine;
using System.CommandLine.Parsing;
using Perch.Server.Settings;

namespace Perch.Cli.Commands;

/// <summary>What is wrong with a command line, and what would be right, in a line.</summary>
internal static class UsageText
{
    private const string Help = "perch run --help lists what there is.";

    internal static string Of(ParseResult parsed) => parsed.CommandResult.Command is RootCommand root ? OfRoot(root, parsed) : OfRun(parsed);

    private static string OfRoot(RootCommand root, ParseResult parsed)
    {
        string first = parsed.UnmatchedTokens is [var token, ..] ? token : "";
        string? near = NearName.Of(first, root.Subcommands.Select(static command => command.Name));
        return near is null
            ? $"'{first}' is no command, and does not name an app. It is FILE:MEMBER, as in MyApp.dll:Namespace.Type.Member or main:app. {Help}"
            : $"{first} is no command; the nearest is {near}. {Help}";
    }

    private static string OfRun(ParseResult parsed)
    {
        // An option that is none, before the app, is taken for the app.
        IEnumerable<string> app = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(static result => result.Tokens).Select(static token => token.Value);
        if (app.Concat(parsed.UnmatchedTokens).FirstOrDefault(static token => token.StartsWith('-')) is { } option)
        {
            string name = option.Split('=')[0];
            string? near = NearName.Of(name, parsed.CommandResult.Command.Options.Select(static known => known.Name));
            return $"{name} is no option{(near is null ? "" : $"; the nearest is {near}")}. {Help}";
        }

        if (parsed.UnmatchedTokens is [var value, ..])
        {
            return FlagBefore(parsed, value) is { } flag
                ? $"{flag.Option} takes no value, not '{value}'. It is {flag.Option} or {flag.NoOption}."
                : $"'{value}' is one too many: perch run serves one app. {Help}";
        }

        ParseError error = parsed.Errors[0];
        return error.SymbolResult switch
        {
            ArgumentResult { Parent: CommandResult } => $"There is no app. It is FILE:MEMBER, as in perch run MyApp.dll:Namespace.Type.Member or perch run main:app. {Help}",
            OptionResult one when SettingOf(one.Option.Name) is { } setting => $"{setting.Option} takes {setting.Takes}, and has nothing after it.",
            OptionResult one => $"{one.Option.Name} has nothing after it. {Help}",
            _ => $"{error.Message.TrimEnd('.')}. {Help}",
        };
    }

    /// <summary>The flag that a value stands behind, as in <c>--access-log=false</c>.</summary>
    private static Setting? FlagBefore(ParseResult parsed, string value)
    {
        string[] tokens = [.. parsed.Tokens.Select(static token => token.Value)];
        int place = Array.IndexOf(tokens, value);
        return place > 0 && SettingOf(tokens[place - 1]) is { IsFlag: true } flag ? flag : null;
    }

    private static Setting? SettingOf(string option) => ServerSettings.All.FirstOrDefault(setting => setting.Option == option || setting.NoOption == option);
}
