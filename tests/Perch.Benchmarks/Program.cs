using Perch.Benchmarks.Cli;
using Perch.Benchmarks.Comparing;
using Perch.Benchmarks.Idling;
using Perch.Benchmarks.Parsers;
using Perch.Benchmarks.Serving;

return CommandTable.Run(
    args,
    [
        new Command("adapter", "what the gateway interface costs on Kestrel's HTTP stack", AdapterCommand.Run),
        new Command("parsers", "request heads: our parser in every width, and others'", ParsersCommand.Run),
        new Command("servers", "hello, echo, download and chunks on every server there is", ServersCommand.Run),
        new Command("websockets", "echo over WebSockets, beside ASP.NET Core's own", WebSocketsCommand.Run),
        new Command("python", "Python apps, beside uvicorn", PythonCommand.Run),
        new Command("idle", "what a connection that waits takes of a server's memory", IdleCommand.Run),
        new Command("serve", "one server, as the other commands start it", ServeCommand.Run),
    ]);
