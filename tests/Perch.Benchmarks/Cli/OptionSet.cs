using System.Globalization;

namespace Perch.Benchmarks.Cli;

/// <summary>A command's options: declared once, for parsing and for <c>--help</c>.</summary>
internal sealed class OptionSet(string usage)
{
    private readonly List<Option> _options = [];

    internal void Flag(string name, string help, Action set) => _options.Add(new(name, null, help, _ => set()));

    internal void Text(string name, string value, string help, Action<string> set) => _options.Add(new(name, value, help, set));

    internal void Integer(string name, string help, int least, int most, Action<int> set) => _options.Add(new(name, "N", help, text =>
    {
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number < least || number > most)
        {
            throw new UsageException($"{name} takes a number from {least} to {most}, not '{text}'.");
        }

        set(number);
    }));

    internal void Seconds(string name, string help, double least, double most, Action<TimeSpan> set) => _options.Add(new(name, "S", help, text =>
    {
        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) || !(seconds >= least && seconds <= most))
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{name} takes seconds from {least} to {most}, not '{text}'."));
        }

        set(TimeSpan.FromSeconds(seconds));
    }));

    /// <summary>Sets what the arguments say.</summary>
    /// <returns>False if help was asked for, and printed.</returns>
    internal bool Parse(ReadOnlySpan<string> args)
    {
        for (int i = 0; i < args.Length; i++)
        {
            if (args[i] is "--help" or "-h")
            {
                PrintHelp();
                return false;
            }

            string name = args[i];
            string? value = null;
            int equals = name.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
            {
                (name, value) = (name[..equals], name[(equals + 1)..]);
            }

            Option option = _options.Find(option => option.Name == name) ?? throw new UsageException($"There is no option '{name}'.");
            if (option.ValueName is null)
            {
                option.Set(value is null ? "" : throw new UsageException($"{name} takes no value."));
                continue;
            }

            if (value is null)
            {
                value = i + 1 < args.Length ? args[++i] : throw new UsageException($"{name} needs a value.");
            }

            option.Set(value);
        }

        return true;
    }

    private void PrintHelp()
    {
        Console.WriteLine($"usage: {usage}");
        Console.WriteLine();
        foreach (Option option in _options)
        {
            Console.WriteLine($"  {option.Name + (option.ValueName is null ? "" : " " + option.ValueName),-26} {option.Help}");
        }
    }

    private sealed record Option(string Name, string? ValueName, string Help, Action<string> Set);
}
