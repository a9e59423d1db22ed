using System.Diagnostics;
using Perch.Conformance.Hosts;

namespace Perch.Conformance;

/// <summary>What the app says to a command line that is wrong.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("unknown argument '--prot'", "--prot", "80")]
    [InlineData("unknown argument 'kestrel'", "kestrel")]
    [InlineData("--port is a number from 0 to 65535, not 'x'", "--port", "x")]
    [InlineData("--port is a number from 0 to 65535, not '65536'", "--port=65536")]
    [InlineData("--port is a number from 0 to 65535, not '-1'", "--port", "-1")]
    [InlineData("--https-port needs a value", "--https-port")]
    [InlineData("--http is perch, kestrel, bare or pipeline, not 'apache'", "--http", "apache")]
    [InlineData("--ws is perch, system or none, not 'wsproto'", "--ws", "wsproto")]
    [InlineData("--transport is sockets or epoll, not 'iouring'", "--transport", "iouring")]
    [InlineData("--ws system is not for --http perch", "--http", "perch", "--ws", "system")]
    [InlineData("--ws system is not for --http bare", "--ws=system", "--http=bare")]
    [InlineData("--set takes NAME=VALUE, not 'Limits'", "--set", "Limits")]
    [InlineData("--set does not know 'Limits.Nothing'; it knows: ", "--set", "Limits.Nothing=1")]
    [InlineData("--set Limits.MaxRequestBodySize is a whole number, not 'much'", "--set", "Limits.MaxRequestBodySize=much")]
    [InlineData("--set WebSockets.PingInterval is a number of seconds, not 'soon'", "--set", "WebSockets.PingInterval=soon")]
    [InlineData("--set WebSockets.PerMessageDeflate is true or false, not '1'", "--set", "WebSockets.PerMessageDeflate=1")]
    [InlineData("--set WebSockets.MaxMessageSize does not take '0'", "--set", "WebSockets.MaxMessageSize=0")]
    public async Task WrongArgument_IsNamedInOneLineWithStatus2(string message, params string[] arguments)
    {
        (int status, string output, string errors) = await RunAsync(arguments);

        string[] lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Contains(message, lines[0], StringComparison.Ordinal);
        Assert.StartsWith("usage: ", lines[1], StringComparison.Ordinal);
        Assert.Equal("", output);
        Assert.Equal(2, status);
    }

    [Fact]
    public async Task UnknownSetting_ListsTheKnownOnes()
    {
        (_, _, string errors) = await RunAsync("--set", "Nothing=1");

        Assert.Contains("Limits.MaxRequestBodySize, ", errors, StringComparison.Ordinal);
        Assert.Contains("WebSockets.PingInterval", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PortThatIsTaken_IsNamedInOneLine()
    {
        await using ConformanceProcess other = await ConformanceProcess.StartAsync(new HostUnderTest("kestrel"));
        (int status, string output, string errors) = await RunAsync("--port", $"{other.Port}");

        Assert.Equal(1, status);
        Assert.Equal("", output);
        Assert.Contains($"127.0.0.1:{other.Port}", errors, StringComparison.Ordinal);
    }

    private static async Task<(int Status, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(ConformanceProcess.StartInfo(ConformanceApp.Assembly, arguments))!;
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            await Wait.For(process.WaitForExitAsync(), $"the end of the app that was called with: {string.Join(' ', arguments)}");
            return (process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
