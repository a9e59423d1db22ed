using System.Reflection;

namespace Conformance.CommandLine;

/// <summary>An options object whose properties are set by name: <c>Limits.MaxRequestBodySize</c>.</summary>
/// <param name="Prefix">The first part of the names.</param>
/// <param name="Target">The object.</param>
internal sealed record SettableOptions(string Prefix, object Target)
{
    /// <summary>Sets what the settings name; several objects are the parts of one host.</summary>
    /// <exception cref="UsageException">A name that none of them has, or a value that it does not take.</exception>
    internal static void Apply(IReadOnlyList<Setting> settings, params SettableOptions[] parts)
    {
        Dictionary<string, (object Owner, PropertyInfo Property)> known = new(StringComparer.OrdinalIgnoreCase);
        foreach (SettableOptions part in parts)
        {
            Collect(part.Prefix, part.Target, known);
        }

        foreach (Setting setting in settings)
        {
            if (!known.TryGetValue(setting.Name, out (object Owner, PropertyInfo Property) option))
            {
                throw new UsageException($"--set does not know '{setting.Name}'; it knows: {string.Join(", ", known.Keys.Order())}");
            }

            Set(setting, option.Owner, option.Property);
        }
    }

    private static void Collect(string prefix, object owner, Dictionary<string, (object Owner, PropertyInfo Property)> known)
    {
        foreach (PropertyInfo property in owner.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            string name = prefix + "." + property.Name;
            if (property.SetMethod is { IsPublic: true } && SettingValue.CanParse(property.PropertyType))
            {
                known[name] = (owner, property);
            }
            else if (property.PropertyType.IsClass && property.PropertyType.Assembly == owner.GetType().Assembly && property.GetValue(owner) is { } nested)
            {
                Collect(name, nested, known);
            }
        }
    }

    private static void Set(Setting setting, object owner, PropertyInfo property)
    {
        object? value = SettingValue.Parse(setting, property.PropertyType);
        try
        {
            property.SetValue(owner, value);
        }
        catch (TargetInvocationException exception) when (exception.InnerException is ArgumentException refused)
        {
            throw new UsageException($"--set {setting.Name} does not take '{setting.Value}': {refused.Message.Split('\n')[0]}");
        }
    }
}
