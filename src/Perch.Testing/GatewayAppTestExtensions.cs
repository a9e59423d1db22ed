namespace Perch.Testing;

/// <summary>The shortest way from an app to a client for it.</summary>
public static class GatewayAppTestExtensions
{
    /// <summary>
    /// A client for the app, at <c>http://testserver</c>, that does not run its lifespan; <see cref="GatewayTestClient.StartAsync"/> does.
    /// </summary>
    /// <param name="app">The app.</param>
    /// <param name="options">Defaults to those of <see cref="GatewayTestOptions"/>.</param>
    public static GatewayTestClient CreateTestClient(this GatewayApp app, GatewayTestOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(app);
        return GatewayTestClient.Create(app, options ?? new GatewayTestOptions(), lifespan: null);
    }
}
