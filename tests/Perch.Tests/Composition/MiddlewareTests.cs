namespace Perch.Tests.Composition;

public sealed class MiddlewareTests
{
    [Fact]
    public async Task First_IsOutermost()
    {
        var steps = new List<string>();
        Func<GatewayApp, GatewayApp> Layer(string name) => next => async (scope, receive, send) =>
        {
            steps.Add($"+{name}");
            await next(scope, receive, send);
            steps.Add($"-{name}");
        };
        GatewayApp app = (_, _, _) =>
        {
            steps.Add("app");
            return Task.CompletedTask;
        };
        await app.With(Layer("a"), Layer("b"))(new HttpScope(), null!, null!);
        Assert.Equal(["+a", "+b", "app", "-b", "-a"], steps);
        Assert.Same(app, app.With());
    }

    [Fact]
    public void WrongMiddleware_IsRefused()
    {
        GatewayApp app = (_, _, _) => Task.CompletedTask;
        Assert.Throws<ArgumentException>(() => app.With(next => next, null!));
        Assert.Throws<InvalidOperationException>(() => app.With(_ => null!));
        Assert.Throws<ArgumentNullException>(() => Middleware.With(null!, next => next));
    }
}
