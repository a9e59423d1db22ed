using System.Net;
using Perch;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Services.AddGateway();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 8000, http => http.UsePriorKnowledgeHttp2()));

var web = builder.Build();
web.UseGateway(Hello);
web.Run();

static async Task Hello(Scope scope, Receive receive, Send send)
{
    if (scope is not HttpScope) throw new UnsupportedScopeException(scope);
    await send(new HttpResponseStart(200, [("content-type", "text/plain")]));
    await send(new HttpResponseBody("Hello, World!"u8));
}
