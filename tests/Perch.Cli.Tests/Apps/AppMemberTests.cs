using Perch.Cli.Apps;

namespace Perch.Cli.Tests.Apps;

/// <summary>What is found in an assembly, and what is said of what is not.</summary>
public sealed class AppMemberTests
{
    private const string Type = "Perch.Cli.Tests.Apps.Members";

    [Theory]
    [InlineData("Field", false)]
    [InlineData("Property", false)]
    [InlineData("Method", false)]
    [InlineData("Make", true)]
    [InlineData("Maker", true)]
    public void AnApp_IsFound(string member, bool isFactory) =>
        Assert.Equal(nameof(Members.Method), Get($"{Type}.{member}", isFactory).Method.Name);

    [Theory]
    [InlineData("Method", false, "'Method' names no member: after the colon comes Namespace.Type.Member.")]
    [InlineData(Type, false, Type + " is a type. Name its member that is the app: Method, FailsAtStart, FailsAtStop, Nothing, Property, Broken, Field.")]
    [InlineData("Perch.Cli.Tests.Apps.Member.Method", false, "Perch.Cli.Tests.dll has no type Perch.Cli.Tests.Apps.Member; the nearest is Perch.Cli.Tests.Apps.Members.")]
    [InlineData("Members.Method", false, "Perch.Cli.Tests.dll has no type Members; the nearest is Perch.Cli.Tests.Apps.Members.")]
    [InlineData(Type + ".Methods", false, Type + " has no member Methods; the nearest is Method.")]
    [InlineData(Type + ".Text", false, Type + ".Text is a String, not a GatewayApp; the apps of its type are: Method, FailsAtStart, FailsAtStop, Nothing, Property, Broken, Field.")]
    [InlineData(Type + ".Nothing", false, Type + ".Nothing is null.")]
    [InlineData(Type + ".Make", false, Type + ".Make makes an app and is none itself: add --factory.")]
    [InlineData(Type + ".Maker", false, Type + ".Maker makes an app and is none itself: add --factory.")]
    [InlineData(Type + ".Other", false, Type + ".Other is not an app. An app is Task Other(Scope scope, Receive receive, Send send), not void Other(Int32 number).")]
    [InlineData(Type + ".Field", true, Type + ".Field is an app and makes none: leave --factory out.")]
    [InlineData(Type + ".MakeOf", true, Type + ".MakeOf cannot make an app: it is GatewayApp MakeOf(String name), and --factory calls GatewayApp MakeOf().")]
    [InlineData(Type + ".Broken", false, Type + ".Broken threw InvalidOperationException: no database")]
    [InlineData(Type + ".Instances.App", false, "Perch.Cli.Tests.Apps.Members+Instances.App is not static, so there is no one to ask for it: make it static.")]
    public void WhatIsNoApp_IsRefusedWithWhatWouldBeRight(string name, bool isFactory, string message) =>
        Assert.Equal(message, Assert.Throws<AppNotLoadedException>(() => Get(name, isFactory)).Message);

    private static GatewayApp Get(string name, bool isFactory) => new AppMember(typeof(Members).Assembly, name).Get(isFactory);
}
