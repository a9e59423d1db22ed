namespace Perch.Server.Settings;

/// <summary>
/// One setting of <see cref="GatewayServerOptions"/>, declared once: its option of the command line, its variable of the environment, its
/// key in a file, its help and its line in docs/settings.md come from here.
/// </summary>
internal abstract class Setting(string name, SettingGroup group, string key, string description)
{
    /// <summary>Its name without dashes in front: <c>root-path</c>.</summary>
    internal string Name { get; } = name;

    internal SettingGroup Group { get; } = group;

    /// <summary>The way to it in the options tree, and in a file: <c>Http:RootPath</c>.</summary>
    internal string Key { get; } = key;

    /// <summary>What it does, in a sentence or two.</summary>
    internal string Description { get; } = description;

    /// <summary>Its variable of the environment: <c>PERCH_ROOT_PATH</c>.</summary>
    internal string Variable { get; } = "PERCH_" + name.Replace('-', '_').ToUpperInvariant();

    /// <summary>A variable that other servers have for it, which counts where <see cref="Variable"/> is not set.</summary>
    internal string? OtherVariable { get; init; }

    /// <summary>Those that have it, if not all; to the others it would mean nothing.</summary>
    internal IReadOnlyList<GatewayHttp>? OnlyFor { get; init; }

    /// <summary>What it means nothing without.</summary>
    internal IReadOnlyList<Need> Needs { get; init; } = [];

    /// <summary>What it does, and where it is refused: with <see cref="OnlyFor"/> and <see cref="Needs"/> in words.</summary>
    internal string Help => string.Join(' ', [
        Description,
        .. OnlyFor is { } servers ? [$"With --http {NamesOf(servers)} only."] : Array.Empty<string>(),
        .. Needs.Count > 0 ? [$"Needs {string.Join(", ", Needs.Select(static need => need.Text))}."] : Array.Empty<string>(),
    ]);

    /// <summary>Its option on the command line.</summary>
    internal string Option => "--" + Name;

    /// <summary>The option that turns a flag off.</summary>
    internal string NoOption => "--no-" + Name;

    /// <summary>Whether it is on or off, and takes no value on the command line.</summary>
    internal abstract bool IsFlag { get; }

    /// <summary>Whether it may be given more than once.</summary>
    internal abstract bool IsList { get; }

    internal abstract string Placeholder { get; }

    /// <summary>What its value is, after "takes".</summary>
    internal abstract string Takes { get; }

    /// <summary>What separates its values in the environment, if it is a list.</summary>
    internal virtual char Separator => ',';

    /// <summary>Its value as text.</summary>
    internal abstract string TextOf(GatewayServerOptions options);

    /// <summary>Its default as text.</summary>
    internal string DefaultText => TextOf(new GatewayServerOptions());

    /// <summary>Sets it.</summary>
    /// <param name="options">The options.</param>
    /// <param name="values">Its values as text; the last counts, if it is no list.</param>
    /// <param name="origin">Where they are from, for what is said of a wrong one.</param>
    /// <exception cref="GatewaySettingsException">It does not take the value.</exception>
    internal abstract void Apply(GatewayServerOptions options, IReadOnlyList<string> values, string origin);

    /// <summary>A wrong value.</summary>
    private protected GatewaySettingsException Refuse(string origin, string value) => new($"{origin} takes {Takes}, not '{value}'.");

    /// <summary>The names of servers, as in "perch and bare".</summary>
    internal static string NamesOf(IReadOnlyList<GatewayHttp> servers) => string.Join(" and ", servers.Select(ValueKinds.Choice<GatewayHttp>().Format));
}
