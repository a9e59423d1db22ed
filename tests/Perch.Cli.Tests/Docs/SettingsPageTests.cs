using Perch.Tests.Shared;

namespace Perch.Cli.Tests.Docs;

public sealed class SettingsPageTests
{
    [Fact]
    public void Page_IsThatOfTheTable()
    {
        string file = PublicApiLister.RepositoryFile("docs/settings.md");
        string made = SettingsPage.Make();
        if (Environment.GetEnvironmentVariable("PERCH_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(file, made);
        }

        Assert.True(made == File.ReadAllText(file), "docs/settings.md is not that of the table of settings: run this test with PERCH_UPDATE_DOCS=1.");
    }
}
