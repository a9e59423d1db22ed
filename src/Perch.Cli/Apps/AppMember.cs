using System.Reflection;
using Perch.Server.Settings;

namespace Perch.Cli.Apps;

/// <summary>The member of an assembly that is an app, or makes one.</summary>
internal sealed class AppMember(Assembly assembly, string name)
{
    private const BindingFlags Static = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private readonly string _assembly = Path.GetFileName(assembly.Location);

    /// <summary>The app.</summary>
    /// <exception cref="AppNotLoadedException">There is no such member, or it is something else.</exception>
    internal GatewayApp Get(bool isFactory)
    {
        try
        {
            MemberInfo member = Find();
            return isFactory ? Make(member) : Of(member);
        }
        catch (TargetInvocationException exception) when (exception.InnerException is { } inner)
        {
            throw new AppNotLoadedException($"{name} threw {Describe(inner)}", inner);
        }
        catch (TypeInitializationException exception) when (exception.InnerException is { } inner)
        {
            throw new AppNotLoadedException($"{name}: its type's initialization threw {Describe(inner)}", inner);
        }
        catch (Exception exception) when (exception is FileNotFoundException or FileLoadException or ReflectionTypeLoadException)
        {
            throw new AppNotLoadedException($"{_assembly} needs an assembly that cannot be loaded: {exception.Message.Split('\n')[0]}", exception);
        }
    }

    private static string Describe(Exception exception) => $"{exception.GetType().Name}: {exception.Message}";

    private MemberInfo Find()
    {
        int dot = name.LastIndexOf('.');
        if (dot <= 0)
        {
            throw new AppNotLoadedException($"'{name}' names no member: after the colon comes Namespace.Type.Member.");
        }

        string typeName = name[..dot];
        string memberName = name[(dot + 1)..];
        Type type = TypeOf(typeName) ?? throw NoType(typeName);
        MemberInfo[] members = type.GetMember(memberName, MemberTypes.Field | MemberTypes.Property | MemberTypes.Method, Static);
        return members.Length switch
        {
            1 => members[0],
            0 => throw NoMember(type, memberName),
            _ => throw new AppNotLoadedException($"{type.FullName} has {members.Length} methods {memberName}: name one that is alone."),
        };
    }

    /// <summary>A type by its name in source, where a dot stands before a nested type too.</summary>
    private Type? TypeOf(string typeName)
    {
        Type? type = assembly.GetType(typeName);
        for (int dot = typeName.LastIndexOf('.'); type is null && dot > 0; dot = typeName.LastIndexOf('.'))
        {
            typeName = $"{typeName[..dot]}+{typeName[(dot + 1)..]}";
            type = assembly.GetType(typeName);
        }

        return type;
    }

    private AppNotLoadedException NoType(string typeName)
    {
        if (TypeOf(name) is { } itself)
        {
            return new AppNotLoadedException($"{name} is a type. Name its member that is the app: {AppsOf(itself)}.");
        }

        string[] types = [.. assembly.GetTypes().Where(static type => !type.Name.Contains('<', StringComparison.Ordinal)).Select(static type => type.FullName!)];
        string last = typeName[(typeName.LastIndexOf('.') + 1)..];
        string? near = Array.Find(types, type => type.EndsWith("." + last, StringComparison.OrdinalIgnoreCase)) ?? NearName.Of(typeName, types);
        return new AppNotLoadedException(
            $"{_assembly} has no type {typeName}; {(near is null ? $"its types with apps are {TypesWithApps()}" : $"the nearest is {near}")}.");
    }

    private string TypesWithApps()
    {
        string names = string.Join(", ", assembly.GetTypes().Where(static type => type.GetMembers(Static).Any(IsApp)).Select(static type => type.FullName).Take(5));
        return names.Length == 0 ? "none" : names;
    }

    private static AppNotLoadedException NoMember(Type type, string memberName)
    {
        if (type.GetMember(memberName, BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Length > 0)
        {
            return new AppNotLoadedException($"{type.FullName}.{memberName} is not static, so there is no one to ask for it: make it static.");
        }

        string? near = NearName.Of(memberName, type.GetMembers(Static).Select(static member => member.Name));
        return new AppNotLoadedException(
            $"{type.FullName} has no member {memberName}; {(near is null ? $"its apps are: {AppsOf(type)}" : $"the nearest is {near}")}.");
    }

    private static string AppsOf(Type type)
    {
        string names = string.Join(", ", type.GetMembers(Static).Where(IsApp).Select(static member => member.Name));
        return names.Length == 0 ? "none" : names;
    }

    private static bool IsApp(MemberInfo member) => member switch
    {
        FieldInfo field => field.FieldType == typeof(GatewayApp) && !field.Name.Contains('<', StringComparison.Ordinal),
        PropertyInfo property => property.PropertyType == typeof(GatewayApp),
        MethodInfo { IsSpecialName: false } method => HasAppSignature(method) && !method.Name.Contains('<', StringComparison.Ordinal),
        _ => false,
    };

    private static bool HasAppSignature(MethodInfo method) =>
        method.ReturnType == typeof(Task)
        && method.GetParameters().Select(static parameter => parameter.ParameterType).SequenceEqual([typeof(Scope), typeof(Receive), typeof(Send)]);

    private GatewayApp Of(MemberInfo member)
    {
        object? value = member switch
        {
            FieldInfo field => field.GetValue(null),
            PropertyInfo property => property.GetValue(null),
            MethodInfo method when HasAppSignature(method) => method.CreateDelegate<GatewayApp>(),
            MethodInfo method when method.ReturnType == typeof(GatewayApp) =>
                throw new AppNotLoadedException($"{name} makes an app and is none itself: add --factory."),
            MethodInfo method => throw new AppNotLoadedException(
                $"{name} is not an app. An app is Task {method.Name}(Scope scope, Receive receive, Send send), not {Signature(method)}."),
            _ => null,
        };
        return value as GatewayApp ?? throw new AppNotLoadedException(value switch
        {
            null => $"{name} is null.",
            Func<GatewayApp> => $"{name} makes an app and is none itself: add --factory.",
            _ => $"{name} is a {value.GetType().Name}, not a GatewayApp; the apps of its type are: {AppsOf(member.DeclaringType!)}.",
        });
    }

    private GatewayApp Make(MemberInfo member)
    {
        object? made = member switch
        {
            MethodInfo method when method.GetParameters().Length == 0 && !method.ContainsGenericParameters => method.Invoke(null, null),
            MethodInfo method => throw new AppNotLoadedException($"{name} cannot make an app: it is {Signature(method)}, and --factory calls GatewayApp {method.Name}()."),
            FieldInfo field => Call(field.GetValue(null)),
            PropertyInfo property => Call(property.GetValue(null)),
            _ => null,
        };
        return made as GatewayApp ?? throw new AppNotLoadedException($"{name} made {(made is null ? "nothing" : $"a {made.GetType().Name}")}, not a GatewayApp.");
    }

    private object? Call(object? function) => function switch
    {
        Func<GatewayApp> make => make(),
        GatewayApp => throw new AppNotLoadedException($"{name} is an app and makes none: leave --factory out."),
        _ => throw new AppNotLoadedException($"{name} is no function that makes an app."),
    };

    private static string Signature(MethodInfo method) =>
        $"{NameOf(method.ReturnType)} {method.Name}({string.Join(", ", method.GetParameters().Select(static parameter => $"{NameOf(parameter.ParameterType)} {parameter.Name}"))})";

    private static string NameOf(Type type) => type == typeof(void) ? "void" : type.Name;
}
