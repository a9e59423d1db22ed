namespace Perch.Python.Workers;

/// <summary>What the workers of an app have in common.</summary>
/// <param name="Options">The options.</param>
/// <param name="Interpreter">What they run on.</param>
/// <param name="Environment">The variables that they get beside the host's.</param>
/// <param name="Settings">The first frame.</param>
/// <param name="Log">Where they are logged.</param>
/// <param name="Abandoned">Nobody waits for them any more: those that are being stopped, or will be, are killed.</param>
internal sealed record WorkerContext(
    PythonAppOptions Options,
    PythonInterpreter Interpreter,
    IReadOnlyDictionary<string, string> Environment,
    byte[] Settings,
    WorkerLog Log,
    CancellationToken Abandoned)
{
    /// <summary>Finds the interpreter and reads the environment file.</summary>
    /// <exception cref="PythonAppException">There is none, or it cannot be read.</exception>
    internal static WorkerContext Create(string target, PythonAppOptions options, WorkerLog log, CancellationToken abandoned) => new(
        options,
        PythonInterpreter.Find(options, System.Environment.GetEnvironmentVariable),
        EnvironmentOf(options),
        WorkerSettings.Encode(target, options),
        log,
        abandoned);

    private static Dictionary<string, string> EnvironmentOf(PythonAppOptions options)
    {
        var variables = new Dictionary<string, string>(options.Environment);
        if (options.EnvFile is { } file)
        {
            try
            {
                foreach ((string name, string value) in EnvFile.Parse(File.ReadLines(file)))
                {
                    if (System.Environment.GetEnvironmentVariable(name) is null)
                    {
                        variables.TryAdd(name, value);
                    }
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
            {
                throw new PythonAppException($"The environment file {file} cannot be read: {exception.Message}", exception);
            }
        }

        return variables;
    }
}
