using System.Diagnostics;

namespace Perch.Conformance.Tools;

/// <summary>A client program of the machine.</summary>
internal static class Tool
{
    internal const string Curl = "curl";
    internal const string Nghttp = "nghttp";
    internal const string Python = "python3";

    private static readonly Dictionary<string, Lazy<string?>> Missing = new()
    {
        [Curl] = new(() => Probe(Curl, "HTTP2")),
        [Nghttp] = new(() => Probe(Nghttp, "nghttp2/")),
        [Python] = new(() => Probe(Python, "Python 3")),
    };

    /// <summary>Why the tests that need a tool are skipped, or null if it is there.</summary>
    internal static string? WhyMissing(string tool) => Missing[tool].Value;

    /// <summary>Runs a tool to its end.</summary>
    internal static async Task<ToolResult> RunAsync(string tool, params IEnumerable<string> arguments)
    {
        using Process process = Start(tool, arguments);
        try
        {
            Task<byte[]> output = ReadAsync(process.StandardOutput.BaseStream);
            Task<string> errors = process.StandardError.ReadToEndAsync();
            await Wait.For(process.WaitForExitAsync(), $"the end of {tool} {string.Join(' ', process.StartInfo.ArgumentList)}");
            return new ToolResult(process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static Process Start(string tool, IEnumerable<string> arguments) => Process.Start(new ProcessStartInfo(tool, arguments)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    private static async Task<byte[]> ReadAsync(Stream stream)
    {
        using var memory = new MemoryStream();
        await stream.CopyToAsync(memory);
        return memory.ToArray();
    }

    private static string? Probe(string tool, string feature)
    {
        try
        {
            using Process process = Start(tool, ["--version"]);
            string version = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return version.Contains(feature, StringComparison.Ordinal) ? null : $"{tool} has no {feature.TrimEnd('/')} on this machine";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return $"{tool} is not on the PATH";
        }
    }
}
