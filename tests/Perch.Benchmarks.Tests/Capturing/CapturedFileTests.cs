using Perch.Benchmarks.Capturing;
using Perch.Benchmarks.Cli;

namespace Perch.Benchmarks.Tests.Capturing;

public sealed class CapturedFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("perch-requests-").FullName;

    [Fact]
    public void TheExtension_ChoosesTheFormat()
    {
        Assert.Single(CapturedFile.Read(Write("a.http", "GET /\n")));
        Assert.Single(CapturedFile.Read(Write("a.rest", "GET /\n")));
        Assert.Single(CapturedFile.Read(Write("a.bin", "GET / HTTP/1.1\r\nHost: a\r\n\r\n")));
    }

    [Fact]
    public void AFault_NamesFileAndLine()
    {
        string file = Write("a.http", "\nGET\n");

        Assert.StartsWith($"{file}, line 2: ", Assert.Throws<UsageException>(() => CapturedFile.Read(file)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.http")]
    [InlineData("a.bin")]
    public void AFileWithoutARequest_IsRefused(string name) =>
        Assert.Contains("no request", Assert.Throws<UsageException>(() => CapturedFile.Read(Write(name, ""))).Message, StringComparison.Ordinal);

    [Fact]
    public void AFileThatIsNotThere_IsAnErrorOfUse() =>
        Assert.Contains("cannot be read", Assert.Throws<UsageException>(() => CapturedFile.Read(Path.Combine(_folder, "none.http"))).Message, StringComparison.Ordinal);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Write(string name, string text)
    {
        string file = Path.Combine(_folder, name);
        File.WriteAllText(file, text);
        return file;
    }
}
