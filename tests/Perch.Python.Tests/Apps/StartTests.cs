using Perch.Python.Tests.Support;

namespace Perch.Python.Tests.Apps;

/// <summary>Apps that do not start, and what is said of them.</summary>
public sealed class StartTests
{
    [PythonFact]
    public async Task ModuleThatIsMissing_StopsTheHostAndIsNamed() =>
        Assert.Contains("Could not import module 'nowhere'", await FailAsync("nowhere:app", ""), StringComparison.Ordinal);

    [PythonFact]
    public async Task AttributeThatIsMissing_StopsTheHostAndIsNamed() =>
        Assert.Contains("Module 'broken' has no attribute 'application'", await FailAsync("broken:application", "app = None"), StringComparison.Ordinal);

    [PythonFact]
    public async Task SyntaxError_StopsTheHostWithPythonsTraceback()
    {
        string message = await FailAsync("broken:app", "def app(:\n  pass");
        Assert.Contains("SyntaxError", message, StringComparison.Ordinal);
        Assert.Contains("broken.py\", line 1", message, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task ImportErrorOfTheAppsOwn_StopsTheHostWithPythonsTraceback()
    {
        string message = await FailAsync("broken:app", "\nimport not_there_at_all");
        Assert.Contains("ModuleNotFoundError: No module named 'not_there_at_all'", message, StringComparison.Ordinal);
        Assert.Contains("broken.py\", line 2", message, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task SystemExitAtImport_StopsTheHost() =>
        Assert.Contains("SystemExit: 5", await FailAsync("broken:app", "import sys; sys.exit(5)"), StringComparison.Ordinal);

    [PythonFact]
    public async Task ProcessThatDiesAtImport_StopsTheHost() =>
        Assert.Contains("exit status 9", await FailAsync("broken:app", "import os; os._exit(9)"), StringComparison.Ordinal);

    [PythonFact]
    public async Task StartupThatFails_StopsTheHostWithTheAppsMessage()
    {
        string message = await FailAsync("broken:app", """
            async def app(scope, receive, send):
                await receive()
                await send({"type": "lifespan.startup.failed", "message": "the database is away"})
            """);
        Assert.Contains("the database is away", message, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task StartupThatRaises_StopsTheHostWithPythonsTraceback()
    {
        string message = await FailAsync("broken:app", """
            async def app(scope, receive, send):
                await receive()
                raise ValueError("not now")
            """);
        Assert.Contains("ValueError: not now", message, StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task AppWithoutLifespan_StopsTheHostOnlyIfOneIsRequired()
    {
        const string App = """
            async def app(scope, receive, send):
                assert scope["type"] == "http"
            """;
        Assert.Contains("lifespan: on", await FailAsync("broken:app", App, options => options.Lifespan = LifespanMode.On), StringComparison.Ordinal);
    }

    [PythonFact]
    public async Task InterpreterThatIsMissing_IsToldWithWhatWasTried() =>
        Assert.Contains("there is no /nowhere/python3", await FailAsync("broken:app", "", options => options.Python = "/nowhere/python3"), StringComparison.Ordinal);

    [PythonFact]
    public async Task FailureOfTheStart_IsLoggedOnce()
    {
        string directory = Directory.CreateTempSubdirectory().FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(directory, "broken.py"), "raise ValueError('only once')");
            await using PythonServer server = PythonServer.Create("broken:app", options =>
            {
                options.AppDirectory = directory;
                options.Workers = 3;
            });
            await Assert.ThrowsAsync<LifespanFailedException>(() => server.Web.StartAsync().Within("the host's start"));
            Assert.Equal(1, server.Logs.Entries.Count(entry => entry.StartsWith("Critical", StringComparison.Ordinal)));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<string> FailAsync(string target, string code, Action<PythonAppOptions>? configure = null)
    {
        string directory = Directory.CreateTempSubdirectory().FullName;
        try
        {
            await File.WriteAllTextAsync(Path.Combine(directory, "broken.py"), code);
            return (await Assert.ThrowsAsync<LifespanFailedException>(() => PythonServer.StartAsync(target, options =>
            {
                options.AppDirectory = directory;
                configure?.Invoke(options);
            }))).Message;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
