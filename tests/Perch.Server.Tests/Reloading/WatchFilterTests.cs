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

    [Theory]
    [InlineData("Mine.cs", true)]
    [InlineData(".conf/Mine.cs", true)]
    [InlineData(".conf/.made/Mine.cs", false)]
    [InlineData(".conf/made/Mine.cs", false)]
    [InlineData(".other/Mine.cs", false)]
    [InlineData("../Mine.cs", false)]
    public void AFolderBelowAnother_CountsByItself(string file, bool counts)
    {
        WatchedFiles both = Files with { Folders = [.. Files.Folders, $"{Files.Folders[0]}/.conf/"] };
        Assert.Equal(counts, new WatchFilter(new GatewayServerReload { Exclude = [".conf/made"] }, both).Counts(Path.GetFullPath(file, Files.Folders[0])));
    }

    [Fact]
    public void TheRoot_IsAFolderAsOthers() =>
        Assert.True(new WatchFilter(new GatewayServerReload { Directories = ["/"] }, Files).Counts("/some/Mine.cs"));

    private static bool Counts(GatewayServerReload options, string file) =>
        new WatchFilter(options, Files).Counts(Path.Combine(Files.Folders[0], file));
}
