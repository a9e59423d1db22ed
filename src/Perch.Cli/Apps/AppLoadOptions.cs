using Perch.Python;
using Perch.Server;

namespace Perch.Cli.Apps;

/// <summary>How an app is loaded.</summary>
/// <param name="IsFactory">Whether the member is a function that makes the app.</param>
/// <param name="Directory">Where its file is looked for; null for the current directory.</param>
/// <param name="Python">What the command line says of a Python app.</param>
/// <param name="Server">The settings of the server that is to run it.</param>
internal sealed record AppLoadOptions(bool IsFactory, string? Directory, Action<PythonAppOptions> Python, GatewayServerOptions Server);
