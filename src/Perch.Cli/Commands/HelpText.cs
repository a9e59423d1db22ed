using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Text;
using Perch.Server.Settings;

namespace Perch.Cli.Commands;

/// <summary>The help, from the table of settings, for 80 columns.</summary>
internal static class HelpText
{
    private const int Width = 80;
    private const int Indent = 10;

    /// <summary>Makes <c>--help</c> of a command and those below it show it.</summary>
    internal static void Use(RootCommand root) => root.Options.OfType<HelpOption>().Single().Action = new Action();

    internal static string Make()
    {
        var text = new StringBuilder();
        text.Append("""
            perch run APP [OPTIONS]

            Runs a gateway app until Ctrl+C or SIGTERM; "run" can be left out.

              APP     MyApp.dll:Namespace.Type.Member, a field, property or method that is a
                      GatewayApp; MyApp.csproj:Namespace.Type.Member is built first;
                      main:app, a Python app (ASGI or WSGI) in worker processes.


            """.ReplaceLineEndings("\n"));
        foreach (CommandOption option in CommandOption.All)
        {
            string variable = option.Variable is { } name ? $" Variable: {name}." : "";
            Append(text, $"{option.Option.Name} {option.Placeholder}".TrimEnd(), option.Description + variable);
        }

        text.Append("""

            Each option below is also a variable (--root-path: PERCH_ROOT_PATH) and a key of
            the file (Http:RootPath). What the command line says counts first, then the
            environment, then the file.

            """.ReplaceLineEndings("\n"));
        foreach (SettingGroup group in Enum.GetValues<SettingGroup>())
        {
            text.Append('\n').Append(SettingGroups.TitleOf(group)).Append(":\n");
            foreach (Setting setting in ServerSettings.All.Where(setting => setting.Group == group))
            {
                Append(
                    text,
                    setting.IsFlag ? $"{setting.Option} / {setting.NoOption}" : $"{setting.Option} {setting.Placeholder}",
                    setting.DefaultText.Length == 0 ? setting.Help : $"{setting.Help} [{setting.DefaultText}]");
            }
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, string option, string description)
    {
        text.Append("  ").Append(option).Append('\n');
        string rest = description;
        while (rest.Length > 0)
        {
            int length = rest.Length <= Width - Indent ? rest.Length : rest.LastIndexOf(' ', Width - Indent);
            text.Append(' ', Indent).Append(rest.AsSpan(0, length)).Append('\n');
            rest = rest[length..].TrimStart();
        }
    }

    private sealed class Action : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            Console.Out.Write(Make());
            return ExitCodes.Stopped;
        }
    }
}
