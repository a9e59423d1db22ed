namespace Perch.Conformance.Hosts;

/// <summary>The process that the tests of one host share; started by the first of them.</summary>
public sealed class HostFixture : IAsyncLifetime
{
    private Task<ConformanceProcess>? _process;

    /// <summary>The process. A host that does not start fails all its tests, but is started only once.</summary>
    public Task<ConformanceProcess> GetAsync(HostUnderTest host) => _process ??= ConformanceProcess.StartAsync(host);

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_process is { IsCompletedSuccessfully: true })
        {
            await (await _process).DisposeAsync();
        }
    }
}
