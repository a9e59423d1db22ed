using System.Net;
using Microsoft.AspNetCore.Connections;
using Perch;

// The smallest gateway app: what comes in goes out, until the peer has no more. Try it: nc 127.0.0.1 7007
var builder = WebApplication.CreateSlimBuilder(args);
int port = builder.Configuration.GetValue("port", 7007);
builder.Services.AddGateway();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, tcp => tcp.UseTcpGateway(Echo)));
builder.Build().Run();

static async Task Echo(Scope scope, Receive receive, Send send)
{
    if (scope is not TcpScope) throw new UnsupportedScopeException(scope);
    while (await receive() is TcpReceive { MoreData: true } received)
    {
        await send(new TcpSend(received.Data));
    }
}
