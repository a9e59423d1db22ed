using Perch.Server.Reloading;

namespace Perch.Server.Tests.Reloading;

/// <summary>Which files count.</summary>
public sealed class WatchFilterTests
{
    private static readonly WatchedFiles Files = new(["/home/.me/app"], ["*.cs"], ["bin", "obj"]);

    [Theory]
    [InlineData("Mine.cs", true)]
    [InlineData("some/Mine.cs", true)]
    [InlineData("Mine.css", false)]
    [InlineData("bin/Debug/Mine.cs", false)]
    [InlineData("some/obj/Mine.cs", false)]
    [InlineData(".git/Mine.cs", false)]
    [InlineData(".#Mine.cs", false)]
    [InlineData("~Mine.cs", false)]
    [InlineData("binary/Mine.cs", true)]
    public void ByItself(string file, bool counts) => Assert.Equal(counts, Counts(new GatewayServerReload(), file));

    [Theory]
    [InlineData("page.html", true)]
    [InlineData(".env", true)]
    [InlineData(".cache/page.html", false)]
    [InlineData("Mine.cs", true)]
    [InlineData("made/page.html", false)]
    [InlineData("/home/.me/app/data/x", true)]
    public void WithSettings(string file, bool counts) =>
        Assert.Equal(counts, Counts(new GatewayServerReload { Include = ["*.html", ".env", "/home/.me/app/data"], Exclude = ["made"] }, file));

    private static bool Counts(GatewayServerReload options, string file) =>
        new WatchFilter(options, Files).Counts(Files.Folders[0], Path.Combine(Files.Folders[0], file));
}
