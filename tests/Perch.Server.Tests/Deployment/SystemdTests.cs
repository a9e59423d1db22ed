using System.Diagnostics;
using System.Net.Sockets;
using Perch.Conformance;
using Perch.Server.Tests.Apps;
using Perch.Server.Tests.Support;
using Perch.Tests.Shared.Processes;

namespace Perch.Server.Tests.Deployment;

/// <summary>Under systemd, with the units of docs/deployment.md.</summary>
public sealed class SystemdTests : IDisposable
{
    private const string Program = "/usr/bin/dotnet";

    private readonly TemporaryFolder _folder = new();

    private static string Dotnet { get; } = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? Programs.Find("dotnet")!;

    public void Dispose() => _folder.Dispose();

    [ProgramFact("systemd-analyze")]
    public async Task TheUnits_AreValid()
    {
        // The program of the unit is looked for: it is elsewhere on this machine perhaps.
        _folder.Write("myapp.service", DeploymentPage.FileOf("myapp.service").Replace(Program, Dotnet, StringComparison.Ordinal));
        _folder.Write("myapp.socket", DeploymentPage.FileOf("myapp.socket"));
        await Programs.RunAsync("systemd-analyze", _folder.Path, "verify", "--man=no", _folder.File("myapp.service"), _folder.File("myapp.socket"));
    }

    [ProgramTheory("systemd-socket-activate")]
    [InlineData("kestrel")]
    [InlineData("perch")]
    [InlineData("bare")]
    public async Task TheCommandOfTheUnit_ServesTheSocketsThatItIsStartedWith(string http)
    {
        string path = _folder.File("app.sock");
        using Process perch = Process.Start(new ProcessStartInfo("systemd-socket-activate", ["--listen", path, .. Environments(), .. Command(http)]) { RedirectStandardOutput = true })!;
        try
        {
            // The file is there a moment before somebody listens. Who connects has the server started.
            await Wait.Until(
                async () =>
                {
                    using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                    try
                    {
                        await probe.ConnectAsync(new UnixDomainSocketEndPoint(path));
                        return perch;
                    }
                    catch (SocketException)
                    {
                        return null;
                    }
                },
                "the socket");
            using HttpClient client = Clients.OfUnixSocket(path);

            // The first connection waits in the socket while the server starts.
            Assert.Equal("Hello, World!", await Wait.For(client.GetStringAsync("/"), "the answer"));
            Signals.Send(perch.Id, Signals.Terminate);
            string output = await Wait.For(perch.StandardOutput.ReadToEndAsync(), "the end of the output");
            Assert.StartsWith($"listening on unix:{path}\n", output, StringComparison.Ordinal);
            await Wait.For(perch.WaitForExitAsync(), "the end of perch");
            Assert.Equal(0, perch.ExitCode);
        }
        finally
        {
            if (!perch.HasExited)
            {
                perch.Kill();
            }
        }
    }

    /// <summary>The command line of the unit, with what this machine has in the place of what it names.</summary>
    private static string[] Command(string http)
    {
        const string Key = "ExecStart=";
        string line = DeploymentPage.FileOf("myapp.service").Split('\n').Single(line => line.StartsWith(Key, StringComparison.Ordinal))[Key.Length..];
        return
        [
            .. line.Split(' ').Select(word => word switch
            {
                Program => Dotnet,
                "/opt/perch/perch.dll" => PerchProcess.Command,
                "MyApp.dll:MyApp.App.Serve" => TestApp.Name,
                "perch" => http,
                _ => word,
            }),
        ];
    }

    /// <summary>It hands on what it is told to, and the runtime may need where it is.</summary>
    private static string[] Environments() => Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } root ? ["--setenv", $"DOTNET_ROOT={root}"] : [];
}
