using System.Diagnostics;
using Perch.Conformance;
using Perch.Tests.Shared.Processes;

namespace Perch.Cli.Tests.Reloading;

/// <summary>The assembly of a <see cref="ReloadedApp"/>, built once; other versions of it differ by a letter.</summary>
public sealed class BuiltApp : IAsyncLifetime
{
    private byte[] _assembly = [];
    private int _version;

    public async Task InitializeAsync()
    {
        using var app = new ReloadedApp();
        ProcessStartInfo start = app.StartInfo();
        start.ArgumentList.Clear();
        foreach (string argument in (string[])["build", $"{app.Folder}/Mine.csproj", "-o", $"{app.Folder}/out", "-v", "quiet"])
        {
            start.ArgumentList.Add(argument);
        }

        using Process build = Process.Start(start)!;
        Task<string> output = build.StandardOutput.ReadToEndAsync();
        await Wait.For(build.WaitForExitAsync(), "the end of the build");
        Assert.True(build.ExitCode == 0, await output);
        _assembly = await File.ReadAllBytesAsync($"{app.Folder}/out/Mine.dll");
        _version = _assembly.AsSpan().IndexOf("version 1"u8) + "version ".Length;
    }

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>The path of the assembly, and the app in it.</summary>
    internal static string In(ReloadedApp app) => $"{app.Folder}/Mine.dll:Mine.App";

    /// <summary>Writes the assembly, as a build does: another file in the place of the first.</summary>
    internal void Write(ReloadedApp app, char version)
    {
        File.WriteAllBytes($"{app.Folder}/Mine.new", Of(version));
        File.Move($"{app.Folder}/Mine.new", $"{app.Folder}/Mine.dll", overwrite: true);
    }

    /// <summary>Writes into the file that is there, as <c>cp</c> does, in two steps.</summary>
    internal void WriteInto(ReloadedApp app, char version)
    {
        byte[] assembly = Of(version);
        using FileStream file = File.Create($"{app.Folder}/Mine.dll");
        file.Write(assembly.AsSpan(..1000));
        file.Flush();
        file.Write(assembly.AsSpan(1000..));
    }

    private byte[] Of(char version)
    {
        byte[] assembly = [.. _assembly];
        assembly[_version] = (byte)version;
        return assembly;
    }
}
