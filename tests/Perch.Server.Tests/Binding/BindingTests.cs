using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Perch.Conformance;
using Perch.Server.Tests.Apps;
using Perch.Server.Tests.Support;
using Perch.Tests.Shared.Processes;

namespace Perch.Server.Tests.Binding;

/// <summary>Where the process listens.</summary>
public sealed class BindingTests
{
    public static TheoryData<string> Servers => ["kestrel", "perch", "bare"];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Host_SeveralAddresses_HaveThePortThatWasPicked(string http)
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--host", "127.0.0.1", "--host", "::1");
        Assert.Equal(2, perch.Addresses.Count);
        Assert.Equal($"http://[::1]:{perch.Address.Port}", perch.Addresses[1]);
        using var client = new HttpClient();
        foreach (string address in perch.Addresses)
        {
            Assert.Equal("Hello, World!", await client.GetStringAsync(address));
        }
    }

    [Fact]
    public async Task Host_IPv6Any_TakesIPv4AsWell()
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--host", "::");
        using var client = new HttpClient();
        Assert.Equal("Hello, World!", await client.GetStringAsync($"http://127.0.0.1:{perch.Address.Port}"));
        Assert.Contains("client=127.0.0.1:", await client.GetStringAsync($"http://127.0.0.1:{perch.Address.Port}/scope"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Host_AName_IsLookedUp()
    {
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--host", "localhost");
        using var client = new HttpClient();
        Assert.Equal("Hello, World!", await client.GetStringAsync($"http://localhost:{perch.Address.Port}"));
    }

    [Fact]
    public async Task Port_OfTheEnvironment_IsTaken()
    {
        int port = Ports.Free();
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, $"PERCH_PORT={port}", "--port", "0");
        Assert.NotEqual(port, perch.Address.Port);
        (int exitCode, _, string errors) = await PerchProcess.RunAsync("run", TestApp.Name, $"PERCH_PORT={perch.Address.Port}");
        Assert.Equal((3, $"perch: Cannot listen on 127.0.0.1:{perch.Address.Port}: the address is in use."), (exitCode, errors));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Uds_HasItsMode_AndIsGoneAfterwards(string http)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("app.sock");
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--uds", path);
        Assert.Equal([$"unix:{path}"], perch.Addresses);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        using HttpClient client = Clients.OfUnixSocket(path);
        Assert.Contains($"server={path}", await client.GetStringAsync("/scope"), StringComparison.Ordinal);
        Assert.Equal(0, await perch.StopAsync());
        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task UdsMode_IsTheMode()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("app.sock");
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--uds", path, "--uds-mode", "0666");
        Assert.Equal("0666", Convert.ToString((int)File.GetUnixFileMode(path), 8).PadLeft(4, '0'));
    }

    [Fact]
    public async Task Uds_ASocketThatNobodyListensOn_IsReplaced()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("app.sock");
        await using (PerchProcess killed = await PerchProcess.StartAsync(TestApp.Name, "--uds", path))
        {
            killed.Signal(Signals.Kill);
            await killed.ExitAsync();
        }

        Assert.True(File.Exists(path));
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--uds", path);
        (int exitCode, _, string errors) = await PerchProcess.RunAsync("run", TestApp.Name, "--uds", path);
        Assert.Equal((3, $"perch: Cannot listen on unix:{path}: the address is in use."), (exitCode, errors));
    }

    [Fact]
    public async Task Uds_AFileOfAnotherKind_Stays()
    {
        using var folder = new TemporaryFolder();
        folder.Write("notes.txt", "precious");
        (int exitCode, _, _) = await PerchProcess.RunAsync("run", TestApp.Name, "--uds", folder.File("notes.txt"));
        Assert.Equal(3, exitCode);
        Assert.Equal("precious", File.ReadAllText(folder.File("notes.txt")));
    }

    [Fact]
    public async Task UdsAndHost_AreBothServed()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("app.sock");
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--uds", path, "--host", "127.0.0.1", "--port", "0");
        using HttpClient unix = Clients.OfUnixSocket(path);
        using var tcp = new HttpClient();
        Assert.Equal("Hello, World!", await unix.GetStringAsync("/"));
        Assert.Equal("Hello, World!", await tcp.GetStringAsync(perch.Addresses.Single(address => address.StartsWith("http", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData("kestrel", "--fd")]
    [InlineData("perch", "--fd")]
    [InlineData("bare", "--fd")]
    [InlineData("kestrel", "LISTEN_FDS")]
    public async Task ASocketThatTheProcessWasStartedWith_IsServed(string http, string way)
    {
        // Python opens it, as systemd would, and becomes perch.
        string script = $$"""
            import os, socket, sys
            s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen()
            fd = s.detach()
            os.dup2(fd, 3)
            os.set_inheritable(3, True)
            if "{{way}}" == "LISTEN_FDS":
                os.environ["LISTEN_PID"] = str(os.getpid()); os.environ["LISTEN_FDS"] = "1"
            os.execvp(sys.argv[1], sys.argv[1:])
            """;
        ProcessStartInfo start = PerchProcess.StartInfo(["run", TestApp.Name, "--http", http, .. way == "--fd" ? (string[])["--fd", "3"] : []]);
        string[] command = [start.FileName, .. start.ArgumentList];
        start.FileName = "python3";
        start.ArgumentList.Clear();
        foreach (string argument in (string[])["-c", script, .. command])
        {
            start.ArgumentList.Add(argument);
        }

        await using PerchProcess perch = await PerchProcess.StartAsync(start);
        using var client = new HttpClient();
        Assert.Equal("Hello, World!", await client.GetStringAsync(perch.Address));
        Assert.Equal(0, await perch.StopAsync());
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Backlog_IsHowManyConnectionsMayWait(string http)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("app.sock");
        await using PerchProcess perch = await PerchProcess.StartAsync(TestApp.Name, "--http", http, "--uds", path, "--backlog", "3");

        // A process that is stopped accepts none.
        perch.Signal(Signals.Suspend);
        await Wait.Until(
            () => Task.FromResult(File.ReadAllText($"/proc/{perch.Id}/stat").Contains(") T ", StringComparison.Ordinal) ? perch : null), "that it is stopped");
        List<Socket> waiting = [];
        try
        {
            // unix(7): one that does not wait is told at once that there is no room. The kernel takes one more than it was told.
            var full = Assert.Throws<SocketException>(() =>
            {
                while (waiting.Count < 10)
                {
                    waiting.Add(new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { Blocking = false });
                    waiting[^1].Connect(new UnixDomainSocketEndPoint(path));
                }
            });
            Assert.Equal(SocketError.WouldBlock, full.SocketErrorCode);
            Assert.Equal(3 + 1 + 1, waiting.Count);
        }
        finally
        {
            waiting.ForEach(socket => socket.Dispose());
            perch.Signal(Signals.Continue);
        }
    }

    [Fact]
    public async Task Fd_ThatIsNoSocket_EndsWith3()
    {
        (int exitCode, _, string errors) = await PerchProcess.RunAsync("run", TestApp.Name, "--fd", "9999");
        Assert.Equal(3, exitCode);
        Assert.StartsWith("perch: File descriptor 9999 is no socket: ", errors, StringComparison.Ordinal);
    }
}
