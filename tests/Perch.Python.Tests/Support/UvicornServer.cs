using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Perch.Python.Tests.Support;

/// <summary>The same app on uvicorn, to compare with.</summary>
internal sealed partial class UvicornServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TaskCompletionSource<string> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private UvicornServer(string target, string[] arguments)
    {
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(PythonInterpreters.System, ["-m", "uvicorn", target, "--port", "0", "--app-dir", PythonServer.Apps, .. arguments])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            },
        };
        _process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is { } text && Running().Match(text) is { Success: true } match)
            {
                _address.TrySetResult(match.Groups[1].Value);
            }
        };
    }

    internal HttpClient Client { get; private set; } = null!;

    internal static async Task<UvicornServer> StartAsync(string target, params string[] arguments)
    {
        var server = new UvicornServer(target, arguments);
        server._process.Start();
        server._process.BeginErrorReadLine();
        server._process.BeginOutputReadLine();
        server.Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
        {
            BaseAddress = new Uri(await server._address.Task.Within("uvicorn's address")),
        };
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    [GeneratedRegex(@"running on (http://\S+)")]
    private static partial Regex Running();
}
