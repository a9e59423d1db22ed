using Perch.Server.Tests.Apps;
using Perch.Tests.Shared.Processes;

namespace Perch.Server.Tests.Running;

/// <summary>Whether the process runs the app's lifespan.</summary>
public sealed class LifespanTests
{
    private static readonly string Without = TestApp.Name;
    private static readonly string With = TestApp.NameOf(nameof(TestApp.HasLifespan));

    public static TheoryData<string> Servers => ["kestrel", "perch", "bare"];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task LifespanAuto_RunsOneThatIsThere(string http)
    {
        await using PerchProcess with = await PerchProcess.StartAsync(With, "--http", http);
        Assert.Equal("the app starts", with.Output[0]);
        Assert.Equal(0, await with.StopAsync());
        Assert.Equal("the app has shut down", with.Output[^1]);
        await using PerchProcess without = await PerchProcess.StartAsync(Without, "--http", http, "--lifespan", "auto");
        Assert.Equal(0, await without.StopAsync());
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task LifespanOn_RequiresOne(string http)
    {
        await using PerchProcess with = await PerchProcess.StartAsync(With, "--http", http, "--lifespan", "on");
        Assert.Equal("the app starts", with.Output[0]);
        Assert.Equal(
            (3, "", "perch: The app has no lifespan, and the host is set to require one (lifespan: on)."),
            await PerchProcess.RunAsync("run", Without, "--port", "0", "--http", http, "--lifespan", "on"));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task LifespanOff_RunsNone(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(With, "--http", http, "--lifespan", "off");
        Assert.Equal(0, await perch.StopAsync());
        Assert.DoesNotContain(perch.Output, line => line.StartsWith("the app ", StringComparison.Ordinal));
    }
}
