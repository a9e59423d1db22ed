using Perch.Server.Reloading;

namespace Perch.Server.Tests.Reloading;

/// <summary>The patterns of files.</summary>
public sealed class GlobTests
{
    [Theory]
    [InlineData("*.py", "main.py")]
    [InlineData("*.py", "package/main.py")]
    [InlineData("*.py", ".py")]
    [InlineData("m?in.py", "main.py")]
    [InlineData("[!a-l]ain.py", "main.py")]
    [InlineData("[]x].py", "].py")]
    [InlineData("[[^].py", "[.py")]
    [InlineData("templates/*.html", "app/templates/page.html")]
    [InlineData("templates/**/*.html", "templates/page.html")]
    [InlineData("templates/**/*.html", "templates/a/b/page.html")]
    [InlineData("**/page.html", "page.html")]
    [InlineData("templates/**", "templates/a/b")]
    [InlineData("./main.py", "main.py")]
    [InlineData("templates", "app/templates/a/page.html")]
    [InlineData("templates/", "templates/page.html")]
    [InlineData("/app/*.py", "/app/main.py")]
    [InlineData("a+b(c).py", "a+b(c).py")]
    public void APattern_Matches(string pattern, string path) => Assert.True(new Glob(pattern).Matches(path));

    [Theory]
    [InlineData("*.py", "main.pyc")]
    [InlineData("*.py", "mainpy")]
    [InlineData("*.py", "main.PY")]
    [InlineData("m?in.py", "m/in.py")]
    [InlineData("[!m]ain.py", "main.py")]
    [InlineData("templates/*.html", "templates/a/page.html")]
    [InlineData("main.py", "xmain.py")]
    [InlineData("templates", "mytemplates/page.html")]
    [InlineData("/app/*.py", "/other/app/main.py")]
    public void APattern_DoesNotMatch(string pattern, string path) => Assert.False(new Glob(pattern).Matches(path));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("[")]
    [InlineData("[]")]
    [InlineData("[!]")]
    [InlineData("[abc")]
    [InlineData("[z-a]")]
    public void WhatIsNoPattern_IsRefused(string pattern) => Assert.ThrowsAny<ArgumentException>(() => new Glob(pattern));
}
