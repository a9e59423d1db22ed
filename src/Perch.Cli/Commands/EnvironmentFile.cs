using Perch.Server;

namespace Perch.Cli.Commands;

/// <summary>The file of <c>--env-file</c>: <c>NAME=value</c> lines, as those of docker and systemd.</summary>
internal static class EnvironmentFile
{
    /// <summary>Sets what the environment does not have yet.</summary>
    /// <exception cref="GatewaySettingsException">It cannot be read, or has a line that is none.</exception>
    internal static void Apply(string file)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new GatewaySettingsException(
                File.Exists(file) ? $"--env-file cannot be read: {exception.Message}" : $"--env-file names a file that is not there: {Path.GetFullPath(file)}.");
        }

        foreach ((int index, string line) in lines.Index())
        {
            string text = line.Trim();
            if (text.Length == 0 || text[0] == '#')
            {
                continue;
            }

            text = text.StartsWith("export ", StringComparison.Ordinal) ? text["export ".Length..] : text;
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw new GatewaySettingsException($"{file}, line {index + 1}: NAME=value is expected, not '{line}'.");
            }

            string name = text[..equals].Trim();
            if (Environment.GetEnvironmentVariable(name) is null)
            {
                Environment.SetEnvironmentVariable(name, Unquote(text[(equals + 1)..].Trim()));
            }
        }
    }

    private static string Unquote(string value) =>
        value.Length >= 2 && value[0] is '"' or '\'' && value[^1] == value[0] ? value[1..^1] : value;
}
