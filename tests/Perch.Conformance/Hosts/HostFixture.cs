namespace Perch.Conformance.Hosts;

/// <summary>The process that the tests of one host share; started by the first of them.</summary>
public sealed class HostFixture : IAsyncLifetime
{
    private ConformanceProcess? _process;

    /// <summary>The process, anew if it has been lost.</summary>
    public async Task<ConformanceProcess> GetAsync(HostUnderTest host) => _process ??= await ConformanceProcess.StartAsync(host);

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }
    }
}
