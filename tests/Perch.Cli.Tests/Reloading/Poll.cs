using System.Collections.Concurrent;
using Perch.Conformance;

namespace Perch.Cli.Tests.Reloading;

/// <summary>A client that asks again and again, each time on a connection of its own.</summary>
internal sealed class Poll : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<string> _answers = new();
    private readonly Task _run;
    private bool _isEnded;

    internal Poll(Uri address) => _run = Task.Run(() => RunAsync(address));

    /// <summary>The different answers, and what went wrong, in the order of their first time.</summary>
    internal IReadOnlyList<string> Answers => [.. _answers.Distinct()];

    /// <summary>Waits until it has had an answer itself.</summary>
    internal Task SeesAsync(string answer) => Wait.Until(() => Task.FromResult(_answers.Contains(answer) ? this : null), $"the poll's answer '{answer}'");

    /// <summary>Ends it; may be called again.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isEnded)
        {
            return;
        }

        _isEnded = true;
        await _end.CancelAsync();
        await _run;
        _end.Dispose();
    }

    private async Task RunAsync(Uri address)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.ConnectionClose = true;
        while (!_end.IsCancellationRequested)
        {
            try
            {
                _answers.Enqueue(await client.GetStringAsync(address));
            }
            catch (HttpRequestException exception)
            {
                _answers.Enqueue(exception.Message);

                // A server that is gone refuses at once, and would be asked without a pause.
                await Task.Delay(20);
            }
        }
    }
}
