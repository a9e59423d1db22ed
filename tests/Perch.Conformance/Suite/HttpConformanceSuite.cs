using System.Text.Json;
using Perch.Conformance.Clients;
using Perch.Conformance.Hosts;

namespace Perch.Conformance.Suite;

/// <summary>What every host of the conformance app must do with HTTP. A host joins with one line: see <see cref="OnKestrel"/>.</summary>
/// <param name="fixture">The process that the tests of one host share.</param>
/// <param name="host">The host.</param>
public abstract partial class HttpConformanceSuite(HostFixture fixture, HostUnderTest host) : IClassFixture<HostFixture>, IAsyncLifetime
{
    private ConformanceProcess? _app;

    /// <summary>Every protocol.</summary>
    public static TheoryData<HttpProtocol> Protocols => [.. Enum.GetValues<HttpProtocol>()];

    private protected ConformanceProcess App => _app!;

    private protected HostUnderTest Host => host;

    /// <inheritdoc/>
    public async Task InitializeAsync() => _app = await fixture.GetAsync(host);

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;

    private protected Task<RawClient> ConnectAsync() => RawClient.ConnectAsync(App.Port);

    private protected Task<RawWebSocket> ConnectWebSocketAsync(string target, string fields = "") => RawWebSocket.ConnectAsync(App.Port, target, fields);

    /// <summary>How the app saw the end of the connection that was opened with <c>?id=X</c>.</summary>
    private protected static async Task<JsonElement> DisconnectOfAsync(ConformanceProcess app, string id)
    {
        using HttpClient client = HttpProtocol.Http1.CreateClient(app);
        string json = await Wait.Until(
            async () => await client.GetStringAsync(new Uri($"/last-disconnect?id={id}", UriKind.Relative)) is var text && text != "null" ? text : null,
            $"the app's record of how connection {id} ended");
        return JsonDocument.Parse(json).RootElement;
    }

    private protected static void AssertSendFailed(JsonElement disconnect)
    {
        // ClientDisconnectedException in C#, ClientDisconnected in Python.
        Assert.StartsWith("raised ClientDisconnected", disconnect.GetProperty("send_after").GetString(), StringComparison.Ordinal);
        Assert.True(disconnect.GetProperty("send_after_oserror").GetBoolean());
    }

    private protected static Uri Target(string target) => new(target, UriKind.Relative);

    private protected static string NewId() => Guid.NewGuid().ToString("n");
}
