using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Perch.Tests.Shared;

/// <summary>Lists the public API of an assembly as text, one member a line, in an order that does not depend on the compiler.</summary>
public static class PublicApiLister
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>The API as text; lines end in LF.</summary>
    public static string List(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Describe(type)).Append('\n');
            foreach (string member in MembersOf(type).Order(StringComparer.Ordinal))
            {
                text.Append("    ").Append(member).Append('\n');
            }
        }

        return text.ToString();
    }

    /// <summary>
    /// Compares the API with an approved file. With the environment variable <c>PERCH_UPDATE_API=1</c> the file is written instead.
    /// </summary>
    /// <returns>Null if they agree, else what to say.</returns>
    public static string? Compare(Assembly assembly, string approvedFile)
    {
        string actual = List(assembly);
        if (Environment.GetEnvironmentVariable("PERCH_UPDATE_API") == "1")
        {
            File.WriteAllText(approvedFile, actual);
            return null;
        }

        string approved = File.Exists(approvedFile) ? File.ReadAllText(approvedFile) : "";
        if (approved == actual)
        {
            return null;
        }

        string[] before = approved.Split('\n');
        string[] now = actual.Split('\n');
        return $"The public API of {assembly.GetName().Name} is not the approved one. If the change is meant, run the tests with PERCH_UPDATE_API=1 and commit "
            + $"{Path.GetFileName(approvedFile)}.\nNew:\n{string.Join('\n', now.Except(before))}\nGone:\n{string.Join('\n', before.Except(now))}";
    }

    /// <summary>The path of a file of the repository, from where the tests run in it (a deterministic build hides where its sources were).</summary>
    /// <param name="relative">The path below the root, with slashes.</param>
    public static string RepositoryFile(string relative)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Adapter.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder?.FullName ?? throw new InvalidOperationException("The tests do not run below the repository."), relative);
    }

    private static IEnumerable<string> MembersOf(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            yield break;
        }

        foreach (MemberInfo member in type.GetMembers(Declared))
        {
            if (member.Name.Contains('<', StringComparison.Ordinal) || member is Type)
            {
                continue;
            }

            string? line = member switch
            {
                ConstructorInfo constructor when IsVisible(constructor) => $"{Access(constructor)}{Short(type)}({Parameters(constructor)})",
                MethodInfo method when IsVisible(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) =>
                    $"{Access(method)}{Modifiers(method)}{ReturnName(method)} {method.Name}{Generics(method)}({Parameters(method)})",
                PropertyInfo property when property.GetAccessors(true).Any(IsVisible) => Describe(property),
                FieldInfo { IsSpecialName: false } field when field.IsPublic || field.IsFamily => Describe(field, type),
                EventInfo @event when IsVisible(@event.AddMethod!) => $"event {Name(@event.EventHandlerType!)} {@event.Name}",
                _ => null,
            };

            if (line is not null)
            {
                yield return line;
            }
        }
    }

    private static string Describe(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            MethodInfo invoke = type.GetMethod("Invoke")!;
            return $"delegate {Name(invoke.ReturnType)} {Short(type)}({Parameters(invoke)})";
        }

        string kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : type.IsValueType ? "struct" : "class";
        string modifiers = type.IsValueType || type.IsInterface ? "" : type is { IsAbstract: true, IsSealed: true } ? "static "
            : type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "";
        var bases = new List<string>();
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum))
        {
            bases.Add(Name(parent));
        }

        if (!type.IsEnum)
        {
            bases.AddRange(type.GetInterfaces().Where(one => one.IsPublic && type.BaseType?.GetInterfaces().Contains(one) != true).Select(Name)
                .Order(StringComparer.Ordinal));
        }

        return $"{modifiers}{kind} {type.Namespace}.{Short(type)}{(bases.Count == 0 ? "" : " : " + string.Join(", ", bases))}";
    }

    private static string Describe(PropertyInfo property)
    {
        string accessors = string.Concat(property.GetAccessors(true).Where(IsVisible)
            .Select(accessor => accessor == property.GetMethod ? " get;"
                : accessor.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit)) ? " init;" : " set;")
            .Order(StringComparer.Ordinal));
        MethodInfo first = property.GetAccessors(true).First(IsVisible);
        string index = property.GetIndexParameters() is { Length: > 0 } parameters ? $"[{string.Join(", ", parameters.Select(Describe))}]" : "";
        return $"{Access(first)}{Modifiers(first)}{Name(property)} {property.Name}{index} {{{accessors} }}";
    }

    private static string Describe(FieldInfo field, Type type) => type.IsEnum
        ? $"{field.Name} = {Convert.ToInt64(field.GetRawConstantValue(), null)}"
        : $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{Name(field.FieldType)} {field.Name}"
            + (field.IsLiteral ? $" = {Literal(field.GetRawConstantValue())}" : "");

    private static string Describe(ParameterInfo parameter)
    {
        string prefix = parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref "
            : parameter.GetCustomAttributesData().Any(data => data.AttributeType == typeof(ParamArrayAttribute)
                || data.AttributeType.Name == "ParamCollectionAttribute") ? "params " : "";
        Type bare = parameter.ParameterType.IsByRef ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
        string nullable = IsNullable(new NullabilityInfoContext().Create(parameter).ReadState, bare) ? "?" : "";
        string value = parameter.HasDefaultValue ? $" = {Literal(parameter.RawDefaultValue, bare)}" : "";
        return $"{prefix}{Name(bare)}{nullable} {parameter.Name}{value}";
    }

    private static string Parameters(MethodBase method) =>
        (method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "") + string.Join(", ", method.GetParameters().Select(Describe));

    private static string ReturnName(MethodInfo method) => Name(method.ReturnType)
        + (IsNullable(new NullabilityInfoContext().Create(method.ReturnParameter).ReadState, method.ReturnType) ? "?" : "");

    private static string Name(PropertyInfo property)
    {
        NullabilityInfo info = new NullabilityInfoContext().Create(property);
        return Name(property.PropertyType) + (IsNullable(property.CanRead ? info.ReadState : info.WriteState, property.PropertyType) ? "?" : "");
    }

    private static bool IsNullable(NullabilityState state, Type type) => state == NullabilityState.Nullable && Nullable.GetUnderlyingType(type) is null;

    private static string Name(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Name(underlying) + "?";
        }

        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]";
        }

        return type == typeof(void) ? "void" : type == typeof(string) ? "string" : type == typeof(int) ? "int" : type == typeof(long) ? "long"
            : type == typeof(bool) ? "bool" : type == typeof(byte) ? "byte" : type == typeof(object) ? "object" : Short(type);
    }

    private static string Short(Type type)
    {
        string own = type.IsNested && !type.IsGenericParameter ? Short(type.DeclaringType!) + "." + type.Name : type.Name;
        int tick = own.IndexOf('`', StringComparison.Ordinal);
        return tick < 0 ? own : $"{own[..tick]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>";
    }

    private static string Generics(MethodInfo method) =>
        method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";

    private static string Access(MethodBase method) => method.IsFamily || method.IsFamilyOrAssembly ? "protected " : "";

    private static string Modifiers(MethodInfo method) => method.IsStatic ? "static "
        : method.DeclaringType!.IsInterface ? ""
        : method.GetBaseDefinition() != method ? "override " : method.IsAbstract ? "abstract " : method is { IsVirtual: true, IsFinal: false } ? "virtual " : "";

    private static string Literal(object? value, Type? type = null) => value switch
    {
        null => type is { IsValueType: true } && Nullable.GetUnderlyingType(type) is null ? "default" : "null",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!,
    };

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;
}
