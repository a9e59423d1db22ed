using System.Text;
using Perch.Cli.Commands;
using Perch.Server;
using Perch.Server.Settings;

namespace Perch.Cli.Tests.Docs;

/// <summary>docs/settings.md, from the table of settings.</summary>
internal static class SettingsPage
{
    internal static string Make()
    {
        var text = new StringBuilder("""
            # Settings

            Every setting of the server. What the command line says counts first, then the environment, then the file of `--config`, then the default.
            In code they are properties of `GatewayServerOptions`, named as the key: `options.Binding.Port`. This page is made from the code, and a test
            compares it.

            A setting that is on or off takes no value on the command line: `--server-header` or `--no-server-header`; elsewhere it is `true` or `false`.
            One that may be given more than once has its values separated by a comma in its variable, unless said otherwise, and as an array in a file. Durations are seconds.

            A setting that would mean nothing is refused: with another `--http` than it is for, or without what it needs. Only the form of a log that is
            switched off (`--no-access-log`) is not looked at.

            A file is a JSON object with the keys' parts as names:

            ```json
            { "Binding": { "Port": 9000 }, "Timeouts": { "KeepAlive": 10 } }
            ```

            """.ReplaceLineEndings("\n"));
        text.Append("\n## The command alone\n\n| command line | variable | |\n| --- | --- | --- |\n");
        foreach (CommandOption option in CommandOption.All)
        {
            string variable = option.Variable is { } name ? $"`{name}`" : "";
            text.Append($"| `{$"{option.Option.Name} {option.Placeholder}".TrimEnd().Replace("|", "\\|", StringComparison.Ordinal)}` | {variable} | {option.Description} |\n");
        }

        foreach (SettingGroup group in Enum.GetValues<SettingGroup>())
        {
            text.Append("\n## ").Append(SettingGroups.TitleOf(group)).Append("\n\n| command line | variable | key | default | |\n| --- | --- | --- | --- | --- |\n");
            foreach (Setting setting in ServerSettings.All.Where(setting => setting.Group == group))
            {
                Append(text, setting);
            }
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, Setting setting)
    {
        string value = setting.IsFlag ? "" : " " + setting.Placeholder.Replace("|", "\\|", StringComparison.Ordinal);
        string fallback = setting.DefaultText.Length == 0 ? "" : $"`{setting.DefaultText.Replace("|", "\\|", StringComparison.Ordinal)}`";
        string other = setting.OtherVariable is { } name ? $", `{name}`" : "";
        string separator = setting.IsList && setting.Separator != ',' ? $" Separated by `{(setting.Separator == '|' ? "\\|" : setting.Separator)}` in the variable." : "";
        text.Append($"| `{setting.Option}{value}` | `{setting.Variable}`{other} | `{setting.Key}` | {fallback} | {setting.Help}{separator} |\n");
    }
}
