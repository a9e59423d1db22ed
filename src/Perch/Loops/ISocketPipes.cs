using System.IO.Pipelines;

namespace Perch.Loops;

/// <summary>A socket on a loop. Disposing of it ends what waits for it.</summary>
internal interface ISocketPipes : IDuplexPipe, IDisposable;
