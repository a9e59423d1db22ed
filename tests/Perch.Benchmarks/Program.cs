using Perch.Benchmarks.Parsers;

switch (args.FirstOrDefault())
{
    case "parsers":
        return ParsersBenchmark.Run(args[1..], Console.Out);
    default:
        Console.Error.WriteLine("usage: parsers [rounds]");
        return 2;
}
