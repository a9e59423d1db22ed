using Perch.Conformance;
using Perch.Tests.Shared.Processes;

namespace Perch.Cli.Tests.Reloading;

/// <summary><c>perch run Mine.csproj:… --reload</c>.</summary>
public sealed class ProjectReloadTests
{
    [Fact]
    public async Task AChangedProject_IsBuiltAndServed_WhileWhatRunsIsFinished()
    {
        using var app = new ReloadedApp();
        await using PerchProcess perch = await app.StartAsync();
        Assert.Contains(perch.Output, line => line.StartsWith($"watches {app.Folder} for *.cs, ", StringComparison.Ordinal));
        using var client = new HttpClient();
        using HttpResponseMessage slow = await client.GetAsync(new Uri(perch.Address, $"/slow?{app.Go}"), HttpCompletionOption.ResponseHeadersRead);
        await using var poll = new Poll(perch.Address);
        app.WriteVersion('2');
        await poll.SeesAsync("version 2");
        await poll.DisposeAsync();
        Assert.Equal(["version 1", "version 2"], poll.Answers);
        await File.WriteAllTextAsync(app.Go, "");
        Assert.Equal("started version 1", await slow.Content.ReadAsStringAsync());
        Assert.Equal(0, await perch.StopAsync());
        Assert.Empty(app.Left);
    }

    [Fact]
    public async Task WorkersWithoutReload_AreOfOneBuild_AndOfTheNextOnHangup()
    {
        using var app = new ReloadedApp();
        await using PerchProcess perch = await app.StartAsync(null, "--no-reload", "--workers", "2");
        Assert.DoesNotContain(perch.Output, line => line.StartsWith("watches", StringComparison.Ordinal));
        Assert.Single(app.Left);
        app.WriteVersion('2');
        perch.Signal(Signals.Hangup);
        await perch.LineAsync("The new workers serve.");
        await ReloadedApp.AnswerAsync(perch, '2');
        Assert.Equal(0, await perch.StopAsync());
        Assert.Empty(app.Left);
    }

    [Fact]
    public async Task WorkersOfABuildThatFails_EndItWith3()
    {
        using var app = new ReloadedApp();
        app.Write("Other.cs", "this is no C#");
        (int exitCode, _, string errors) = await PerchProcess.RunAsync("run", app.Project, "--port", "0", "--workers", "2");
        Assert.Equal(3, exitCode);
        Assert.EndsWith($"perch: The build of {app.Folder}/Mine.csproj failed.", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AProjectOfSeveralFrameworks_EndsItWith3_AndRemovesNothingOfOthers()
    {
        using var app = new ReloadedApp();
        string project = await File.ReadAllTextAsync($"{app.Folder}/Mine.csproj");
        app.Write("Mine.csproj", project.Replace("TargetFramework>", "TargetFrameworks>", StringComparison.Ordinal));
        string bystander = Path.Combine(app.Temporary, "bystander");
        await File.WriteAllTextAsync(bystander, "");
        (int exitCode, _, string errors) = await PerchProcess.RunAsync(app.StartInfo(null, "--no-reload", "--workers", "2"));
        Assert.Equal(3, exitCode);
        Assert.Equal(
            $"perch: {app.Folder}/Mine.csproj has no one assembly, as it is with several target frameworks: name the assembly of one, such as bin/Debug/net10.0/Mine.dll.",
            errors);
        Assert.True(File.Exists(bystander), "Somebody else's file is gone.");
        Assert.Empty(app.Left);
    }

    [Fact]
    public async Task AFailedBuild_IsShown_AndTheOldAppGoesOn()
    {
        using var app = new ReloadedApp();
        await using PerchProcess perch = await app.StartAsync();
        app.Write("Other.cs", "this is no C#");
        await perch.LineAsync($"The app is not loaded again, the old one goes on: The build of {app.Folder}/Mine.csproj failed.");
        Assert.Contains("Other.cs(1,", perch.Errors, StringComparison.Ordinal);
        Assert.Contains("error CS", perch.Errors, StringComparison.Ordinal);
        await ReloadedApp.AnswerAsync(perch, '1');
        File.Delete(Path.Combine(app.Folder, "Other.cs"));
        await perch.LineAsync("The new workers serve.");
        await ReloadedApp.AnswerAsync(perch, '1');
    }

    [Fact]
    public async Task AProjectThatIsReferredTo_IsWatched()
    {
        using var app = new ReloadedApp();
        using var other = new TemporaryFolder();
        other.Write("Other.csproj", """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>""");
        string project = await File.ReadAllTextAsync($"{app.Folder}/Mine.csproj");
        app.Write("Mine.csproj", project.Replace("<ItemGroup>", $"""<ItemGroup><ProjectReference Include="{other.File("Other.csproj")}" />""", StringComparison.Ordinal));
        await using PerchProcess perch = await app.StartAsync();
        Assert.Contains(perch.Output, line => line.StartsWith($"watches {app.Folder}, {other.Path} for ", StringComparison.Ordinal));
        other.Write("Some.cs", "public static class Some;");
        await perch.LineAsync("Some.cs has changed: the app is loaded again.");
    }

    [Fact]
    public async Task AStopDuringABuild_EndsIt_AndLeavesNoProcess()
    {
        using var app = new ReloadedApp();
        await using PerchProcess perch = await app.StartAsync();
        app.Write("slow", "");
        app.WriteVersion('2');
        await Wait.Until(() => Task.FromResult(File.Exists($"{app.Folder}/building") ? app : null), () => $"the build; {perch.All}");
        int[] processes = [.. ProcessTree.DescendantsOf(perch.Id)];
        Assert.True(processes.Length > 2, $"The worker, dotnet and sleep, not {processes.Length}.");
        Assert.Equal(0, await perch.StopAsync());
        await Wait.Until(() => Task.FromResult(Array.Exists(processes, ProcessTree.IsRunning) ? null : processes), "the end of the build's processes");
        Assert.Empty(app.Left);
    }

    [Fact]
    public async Task AStopDuringTheFirstBuild_EndsItWith0()
    {
        using var app = new ReloadedApp();
        app.Write("slow", "");
        await using PerchProcess perch = PerchProcess.Begin(app.StartInfo());
        await Wait.Until(() => Task.FromResult(File.Exists($"{app.Folder}/building") ? app : null), () => $"the build; {perch.All}");
        int[] processes = [.. ProcessTree.DescendantsOf(perch.Id)];
        Assert.Equal(0, await perch.StopAsync());
        await Wait.Until(() => Task.FromResult(Array.Exists(processes, ProcessTree.IsRunning) ? null : processes), "the end of the build's processes");
    }

    [Fact]
    public async Task AProjectThatDoesNotBuildAtFirst_IsBuiltAgainWhenItChanges()
    {
        using var app = new ReloadedApp();
        app.Write("Mine.cs", "this is no C#");
        await using PerchProcess perch = PerchProcess.Begin(app.StartInfo());
        await perch.LineAsync("The app has not started, and is tried again when it changes: The build of ");
        app.WriteVersion('2');
        await perch.LineAsync("Ctrl+C stops it");
        await ReloadedApp.AnswerAsync(perch, '2');
    }

    [Fact]
    public async Task AChangeDuringAStartThatFails_IsTriedAtOnce()
    {
        using var app = new ReloadedApp();
        app.WriteVersion('W');
        await using PerchProcess perch = PerchProcess.Begin(app.StartInfo());
        await perch.LineAsync("it waits");
        app.Write("slow", "");
        app.WriteVersion('2');
        await Wait.Until(() => Task.FromResult(File.Exists($"{app.Folder}/building") ? app : null), () => $"the build; {perch.All}");
        File.Delete($"{app.Folder}/slow");
        await File.WriteAllTextAsync(app.Go, "");
        await perch.LineAsync("The app has not started, and is tried again when it changes: the database is away");
        await perch.LineAsync("Ctrl+C stops it");
        await ReloadedApp.AnswerAsync(perch, '2');
    }

    [Fact]
    public async Task ABuildWhoseResultCannotBeRead_IsShown_AndTheNextChangeIsBuilt()
    {
        using var app = new ReloadedApp();
        await using PerchProcess perch = await app.StartAsync();
        app.Write("odd", "");
        app.WriteVersion('2');
        await perch.LineAsync("The app is not loaded again, the old one goes on: ");
        app.Write("Other.cs", "");
        await perch.LineAsync("Other.cs has changed: the app is loaded again.");
    }
}
