using System.Diagnostics;
using Perch.Conformance;
using Perch.Tests.Shared.Processes;

namespace Perch.Cli.Tests.Reloading;

/// <summary>A project with an app that says its version, in a folder of its own.</summary>
internal sealed class ReloadedApp : IDisposable
{
    private const string Source = """
        using System;
        using System.IO;
        using System.Text;
        using System.Threading;
        using System.Threading.Tasks;
        using Perch;

        public static class Mine
        {
            private static string Version => Encoding.ASCII.GetString("version 1"u8);

            public static async Task App(Scope scope, Receive receive, Send send)
            {
                switch (scope)
                {
                    case LifespanScope when Version == "version F":
                        await receive();
                        await send(new LifespanStartupFailed("the database is away"));
                        break;
                    case LifespanScope when Version == "version W":
                        Console.Error.WriteLine("it waits");
                        while (!File.Exists(Path.Combine(Path.GetTempPath(), "../go")))
                        {
                            await Task.Delay(20);
                        }

                        await receive();
                        await send(new LifespanStartupFailed("the database is away"));
                        break;
                    case LifespanScope when Version == "version H":
                        Console.Error.WriteLine("it hangs");
                        Thread.Sleep(Timeout.Infinite);
                        break;
                    case HttpScope { Path: "/slow" } http:
                        await send(new HttpResponseStart(200, [("content-type", "text/plain")]));
                        await send(new HttpResponseBody("started "u8, moreBody: true));
                        while (!File.Exists(Encoding.ASCII.GetString(http.QueryString.Span)))
                        {
                            await Task.Delay(20);
                        }

                        await send(new HttpResponseBody(Encoding.ASCII.GetBytes(Version)));
                        break;
                    case HttpScope:
                        await send(new HttpFullResponse(200, [("content-type", "text/plain")], Encoding.ASCII.GetBytes(Version)));
                        break;
                    default:
                        throw new UnsupportedScopeException(scope);
                }
            }
        }
        """;

    private readonly TemporaryFolder _folder = new();

    internal ReloadedApp()
    {
        Directory.CreateDirectory(_folder.File("src"));
        Directory.CreateDirectory(Temporary);
        Write("Mine.csproj", $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
              <ItemGroup><Reference Include="{typeof(GatewayApp).Assembly.Location}" /></ItemGroup>
              <Target Name="Slow" BeforeTargets="BeforeBuild" Condition="Exists('slow')">
                <Exec Command="touch building; sleep 600" />
              </Target>
              <Target Name="Odd" AfterTargets="Build" Condition="Exists('odd')">
                <WriteLinesToFile File="$(ProjectAssetsFile)" Lines="{"{}"}" Overwrite="true" />
              </Target>
            </Project>
            """);
        WriteVersion('1');
    }

    /// <summary>The project's folder.</summary>
    internal string Folder => _folder.File("src");

    internal string Project => $"{Folder}/Mine.csproj:Mine.App";

    /// <summary>What the app's <c>/slow</c> waits for.</summary>
    internal string Go => _folder.File("go");

    /// <summary>Where the command has its temporary files.</summary>
    internal string Temporary => _folder.File("tmp");

    /// <summary>Whatever it has left there.</summary>
    internal string[] Left => Directory.GetFileSystemEntries(Temporary, "perch-*");

    internal void Write(string file, string text) => File.WriteAllText(Path.Combine(Folder, file), text);

    internal void WriteVersion(char version) => Write("Mine.cs", Source.Replace("version 1", $"version {version}", StringComparison.Ordinal));

    /// <summary>The command with <c>--reload</c>.</summary>
    /// <param name="app">The app; null for the project.</param>
    /// <param name="arguments">More of its command line, and variables.</param>
    internal Task<PerchProcess> StartAsync(string? app = null, params string[] arguments) => PerchProcess.StartAsync(StartInfo(app, arguments));

    internal ProcessStartInfo StartInfo(string? app = null, params string[] arguments)
    {
        string[] reload = arguments.Contains("--no-reload") ? [] : ["--reload"];
        ProcessStartInfo start = PerchProcess.StartInfo(["run", app ?? Project, .. reload, "--port", "0", "--no-access-log", .. arguments]);
        start.Environment["TMPDIR"] = Temporary;

        // Servers of the SDK's own, which stay for the next build, would be taken for something that was left.
        start.Environment["UseSharedCompilation"] = "false";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        return start;
    }

    /// <summary>Waits for an answer of the app.</summary>
    internal static Task AnswerAsync(PerchProcess perch, char version) => Wait.Until(
        async () =>
        {
            using var client = new HttpClient();
            return await client.GetStringAsync(perch.Address) is var answer && answer == $"version {version}" ? answer : null;
        },
        () => $"an answer of version {version}; {perch.All}");

    public void Dispose() => _folder.Dispose();
}
