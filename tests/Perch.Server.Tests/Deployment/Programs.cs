using System.Diagnostics;
using Perch.Conformance;

namespace Perch.Server.Tests.Deployment;

/// <summary>Other programs of this machine.</summary>
internal static class Programs
{
    /// <summary>A build, and what it restores, is no wait for an event.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    /// <summary>Where one is; null if it is not there. Those for administrators are not on every user's PATH.</summary>
    internal static string? Find(string name) => $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin"
        .Split(':')
        .Select(folder => Path.Combine(folder, name))
        .FirstOrDefault(File.Exists);

    /// <summary>Runs one to its end, and requires it to end well.</summary>
    internal static async Task RunAsync(string program, string folder, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0", ["MSBUILDDISABLENODEREUSE"] = "1", ["DOTNET_NOLOGO"] = "1" },
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        using var time = new CancellationTokenSource(Longest);
        await process.WaitForExitAsync(time.Token);
        Assert.True(
            process.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await Wait.For(output, "its output")}{await Wait.For(errors, "its errors")}");
    }
}
