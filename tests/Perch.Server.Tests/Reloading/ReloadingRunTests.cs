using System.Runtime.Versioning;
using Microsoft.Extensions.Logging.Abstractions;
using Perch.Server.Reloading;
using Perch.Server.Running;
using Perch.Server.Workers;
using Perch.Tests.Shared.Processes;

namespace Perch.Server.Tests.Reloading;

/// <summary>The life of an app that is made again.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ReloadingRunTests
{
    [Fact]
    public async Task WhatNobodyTakesOver_IsRemoved()
    {
        using var built = new TemporaryFolder();
        built.Write("Mine.dll", "mine");
        var app = new MadeApp(built.File("Mine.dll"));
        var run = new ReloadingRun(app, new GatewayServerReload(), NullLogger.Instance, (_, _) => throw new InvalidOperationException("no room"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => run.RunAsync(CancellationToken.None));
        Assert.NotNull(app.Made);
        Assert.False(File.Exists(app.Made.Assembly), "Its folder is left.");
    }

    private sealed class MadeApp(string assembly) : IReloadableApp
    {
        internal AppGeneration? Made { get; private set; }

        public WatchedFiles Files { get; } = new([], [], []);

        public Task<AppGeneration> MakeAsync(CancellationToken cancellation) => Task.FromResult(Made = AppGeneration.CopyOf(assembly));
    }
}
