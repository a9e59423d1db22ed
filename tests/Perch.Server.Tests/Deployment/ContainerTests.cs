using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Perch.Tests.Shared;
using Perch.Tests.Shared.Processes;

namespace Perch.Server.Tests.Deployment;

/// <summary>In a container and in Kubernetes, with the files of docs/deployment.md. There is no container here: its commands are run where we are.</summary>
public sealed partial class ContainerTests : IDisposable
{
    /// <summary>How long an app has to shut down after the server's time: docs/server-behaviour.md.</summary>
    private const int AppsOwn = 5;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WhatTheContainerFileBuilds_IsServedByItsEntryPoint_AndAnswersTheProbes()
    {
        string file = DeploymentPage.Block("dockerfile").Replace("\\\n", " ", StringComparison.Ordinal);
        string manifest = DeploymentPage.Block("yaml");
        await BuildAsync(file);

        // What the last stage copies is what the first has made.
        string[] copied = [.. Copy().Matches(file).Select(match => match.Groups["from"].Value)];
        Assert.Equal(["/perch", "/app"], copied);
        Assert.All(copied, path => Assert.True(Directory.Exists(_folder.Path + path), path));
        string[] command = JsonSerializer.Deserialize<string[]>(Lines(file, "ENTRYPOINT ").Single())!;
        string[] more = JsonSerializer.Deserialize<string[]>(Arguments().Match(manifest).Groups["list"].Value)!;
        var start = new ProcessStartInfo(_folder.Path + command[0], [.. command[1..], .. more])
        {
            WorkingDirectory = _folder.Path + Lines(file, "WORKDIR ").Last(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PERCH_PORT"] = "0", ["DOTNET_ROOT"] = Path.GetDirectoryName(Path.GetFullPath(Environment.ProcessPath!)) },
        };
        await using PerchProcess perch = await PerchProcess.StartAsync(start);
        using var client = new HttpClient();
        string address = $"http://127.0.0.1:{perch.Address.Port}";
        Assert.Equal("Hello from a container", await client.GetStringAsync(address));
        foreach (Match probe in Probe().Matches(manifest))
        {
            Assert.Contains(await client.GetStringAsync(address + probe.Groups["path"].Value), (string[])["live", "ready"]);
        }

        Assert.Equal(0, await perch.StopAsync());
    }

    [Fact]
    public void TheManifest_AgreesWithTheContainerAndTheSettings()
    {
        string manifest = DeploymentPage.Block("yaml");
        string[] arguments = JsonSerializer.Deserialize<string[]>(Arguments().Match(manifest).Groups["list"].Value)!;
        string health = arguments[Array.IndexOf(arguments, "--health-path") + 1];
        Assert.Equal([$"{health}/live", $"{health}/ready"], Probe().Matches(manifest).Select(probe => probe.Groups["path"].Value));

        // One port: of the probes, of the container, of the image, and the default.
        string port = new GatewayServerOptions().Binding.Port.ToString(CultureInfo.InvariantCulture);
        Assert.All(Probe().Matches(manifest), probe => Assert.Equal(port, probe.Groups["port"].Value));
        Assert.Contains($"containerPort: {port}\n", manifest, StringComparison.Ordinal);
        Assert.Equal(port, Lines(DeploymentPage.Block("dockerfile"), "EXPOSE ").Single());

        // Kubernetes kills nothing that would have ended by itself: the pause counts as well, and the app's own end.
        int finish = int.Parse(arguments[Array.IndexOf(arguments, "--timeout-graceful-shutdown") + 1], CultureInfo.InvariantCulture);
        int pause = int.Parse(Pause().Match(manifest).Groups["seconds"].Value, CultureInfo.InvariantCulture);
        int period = int.Parse(Period().Match(manifest).Groups["seconds"].Value, CultureInfo.InvariantCulture);
        Assert.True(period >= pause + finish + AppsOwn, $"{pause} s, {finish} s and the app's {AppsOwn} s are more than {period} s");
    }

    /// <summary>Runs the commands of the first stage, with the folder for the root and our package for the one of the feed.</summary>
    private async Task BuildAsync(string file)
    {
        string source = Directory.CreateDirectory(_folder.File("src/MyApp")).FullName;
        File.WriteAllText(Path.Combine(source, "MyApp.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
              <ItemGroup><Reference Include="{typeof(GatewayApp).Assembly.Location}" /></ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(source, "App.cs"), """
            namespace MyApp;
            public static class App
            {
                public static async System.Threading.Tasks.Task Serve(Perch.Scope scope, Perch.Receive receive, Perch.Send send)
                {
                    if (scope is not Perch.HttpScope) throw new Perch.UnsupportedScopeException(scope);
                    await send(new Perch.HttpFullResponse(200, [("content-type", "text/plain")], "Hello from a container"u8.ToArray()));
                }
            }
            """);
        string dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        await Programs.RunAsync(
            dotnet, _folder.Path, "pack", PublicApiLister.RepositoryFile("src/Perch.Cli"), "-c", configuration, "--no-build", "-o", _folder.File("feed"));
        string version = Path.GetFileNameWithoutExtension(Directory.GetFiles(_folder.File("feed"), "Perch.Cli.*.nupkg").Single())["Perch.Cli.".Length..];
        _folder.Write("nuget.config", $"""
            <configuration><packageSources><clear /><add key="feed" value="{_folder.File("feed")}" /></packageSources></configuration>
            """);
        foreach (string command in Lines(file, "RUN ").SelectMany(line => line.Split("&&")))
        {
            string[] words = [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.StartsWith('/') ? _folder.Path + word : word)];
            string[] here = words[1] == "tool" ? ["--version", version, "--configfile", _folder.File("nuget.config")] : [];
            Assert.Equal("dotnet", words[0]);
            await Programs.RunAsync(dotnet, _folder.File("src"), [.. words[1..], .. here]);
        }
    }

    private static IEnumerable<string> Lines(string file, string instruction) =>
        file.Split('\n').Where(line => line.StartsWith(instruction, StringComparison.Ordinal)).Select(line => line[instruction.Length..].Trim());

    [GeneratedRegex(@"^COPY --from=build (?<from>\S+) ", RegexOptions.Multiline)]
    private static partial Regex Copy();

    [GeneratedRegex(@"args: (?<list>\[.*\])")]
    private static partial Regex Arguments();

    [GeneratedRegex(@"Probe:\s+httpGet: \{ path: (?<path>\S+), port: (?<port>\d+) \}")]
    private static partial Regex Probe();

    [GeneratedRegex(@"preStop:\s+sleep: \{ seconds: (?<seconds>\d+) \}")]
    private static partial Regex Pause();

    [GeneratedRegex(@"terminationGracePeriodSeconds: (?<seconds>\d+)")]
    private static partial Regex Period();
}
