namespace Perch.AspNetCore.Tests.Lifespans;

/// <summary>Writes down what happens to it, in order.</summary>
internal sealed class RecordingApp(string prefix = "", List<string>? log = null)
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _requested = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal List<string> Log { get; } = log ?? [];

    internal Task StartupMayEnd { get; init; } = Task.CompletedTask;

    internal Task RequestMayEnd { get; init; } = Task.CompletedTask;

    internal Task Started => _started.Task;

    internal Task Requested => _requested.Task;

    internal async Task RunAsync(Scope scope, Receive receive, Send send)
    {
        if (scope is LifespanScope)
        {
            await receive();
            Add("startup");
            _started.SetResult();
            await StartupMayEnd;
            await send(LifespanStartupComplete.Instance);
            await receive();
            Add("shutdown");
            await send(LifespanShutdownComplete.Instance);
            return;
        }

        Add("request");
        _requested.SetResult();
        await RequestMayEnd;
        Add("response");
        await send(new HttpResponseStart(200));
        await send(new HttpResponseBody("ok"u8));
    }

    private void Add(string what)
    {
        lock (Log)
        {
            Log.Add(prefix + what);
        }
    }
}
