using System.Diagnostics;
using System.Net.Sockets;
using Perch.Server.Workers;
using Perch.Tests.Shared.Processes;

namespace Perch.Server.Tests.Reloading;

/// <summary>The folders that workers load from.</summary>
[Collection(OwnTemporaryFolder.Name)]
public sealed class AppGenerationTests : IDisposable
{
    private readonly TemporaryFolder _built = new();
    private readonly OwnTemporaryFolder _temporary = new();

    public AppGenerationTests()
    {
        _built.Write("Mine.dll", "mine");
        _temporary.Write("bystander", "");
    }

    public void Dispose()
    {
        _temporary.Dispose();
        _built.Dispose();
    }

    [Fact]
    public void ItsFolder_IsRemoved_AndNothingBesideIt()
    {
        AppGeneration generation = AppGeneration.CopyOf(_built.File("Mine.dll"));
        Assert.Equal("mine", File.ReadAllText(generation.Assembly));
        generation.Remove();
        Assert.Equal(["bystander"], _temporary.Entries);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nosuch/Mine.dll")]
    public void ACopyThatFails_RemovesItsOwnFolder_AndNothingBesideIt(string assembly)
    {
        Assert.ThrowsAny<Exception>(() => AppGeneration.CopyOf(assembly));
        Assert.Equal(["bystander"], _temporary.Entries);
    }

    [Fact]
    public void WhatIsNoRegularFile_IsNotRead()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_built.File("app.sock")));
        using (Process mkfifo = Process.Start("mkfifo", _built.File("pipe")))
        {
            mkfifo.WaitForExit();
        }

        File.CreateSymbolicLink(_built.File("dangling"), "nosuch");
        File.CreateSymbolicLink(_built.File("link"), "Mine.dll");
        _built.Write("empty", "");
        string folder = Path.GetDirectoryName(AppGeneration.CopyOf(_built.File("Mine.dll")).Assembly)!;
        Assert.False(File.Exists(Path.Combine(folder, "dangling")), "A link to nothing was copied.");
        Assert.All(["app.sock", "pipe", "empty"], name => Assert.Empty(File.ReadAllBytes(Path.Combine(folder, name))));
        Assert.All(["Mine.dll", "link"], name => Assert.Equal("mine", File.ReadAllText(Path.Combine(folder, name))));
    }

    [Fact]
    public void AnAssemblyInTheTemporaryFolder_IsCopiedWithoutTheCopies()
    {
        _temporary.Write("Mine.dll", "mine");
        AppGeneration.CopyOf(_temporary.File("Mine.dll"));
        string second = Path.GetDirectoryName(AppGeneration.CopyOf(_temporary.File("Mine.dll")).Assembly)!;
        Assert.Equal(["Mine.dll", "bystander"], Directory.EnumerateFileSystemEntries(second).Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void TheLastThatLeavesIt_RemovesIt()
    {
        string assembly = AppGeneration.CopyOf(_built.File("Mine.dll")).Assembly;
        AppGeneration first = AppGeneration.Of(assembly);
        AppGeneration last = AppGeneration.Of(assembly);
        first.Leave();
        Assert.True(File.Exists(assembly), "It was removed while another uses it.");
        last.Leave();
        Assert.Equal(["bystander"], _temporary.Entries);
    }

    [Fact]
    public void AFolderThatIsNotOfThisKind_IsNotRemoved()
    {
        AppGeneration.Of(_built.File("Mine.dll")).Remove();
        Assert.True(File.Exists(_built.File("Mine.dll")), "The app itself is gone.");
    }
}
