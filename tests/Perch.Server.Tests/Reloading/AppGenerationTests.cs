using Perch.Server.Workers;
using Perch.Tests.Shared.Processes;

namespace Perch.Server.Tests.Reloading;

/// <summary>The folders that workers load from.</summary>
[Collection(OwnTemporaryFolder.Name)]
public sealed class AppGenerationTests : IDisposable
{
    private readonly TemporaryFolder _built = new();
    private readonly OwnTemporaryFolder _temporary = new();

    public AppGenerationTests()
    {
        _built.Write("Mine.dll", "mine");
        _temporary.Write("bystander", "");
    }

    public void Dispose()
    {
        _temporary.Dispose();
        _built.Dispose();
    }

    [Fact]
    public void ItsFolder_IsRemoved_AndNothingBesideIt()
    {
        AppGeneration generation = AppGeneration.CopyOf(_built.File("Mine.dll"));
        Assert.Equal("mine", File.ReadAllText(generation.Assembly));
        generation.Remove();
        Assert.Equal(["bystander"], _temporary.Entries);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nosuch/Mine.dll")]
    public void ACopyThatFails_RemovesItsOwnFolder_AndNothingBesideIt(string assembly)
    {
        Assert.ThrowsAny<Exception>(() => AppGeneration.CopyOf(assembly));
        Assert.Equal(["bystander"], _temporary.Entries);
    }

    [Fact]
    public void AFolderThatIsNotOfThisKind_IsNotRemoved()
    {
        AppGeneration.Of(_built.File("Mine.dll")).Remove();
        Assert.True(File.Exists(_built.File("Mine.dll")), "The app itself is gone.");
    }
}
