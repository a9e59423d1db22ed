using Perch.Python.Tests.Support;
using Perch.Python.Workers;

namespace Perch.Python.Tests.Workers;

public sealed class PythonInterpreterTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [PythonFact]
    public void VirtualEnv_ComesBeforeVenvAndPath()
    {
        string active = Link("active/bin/python");
        Link("app/.venv/bin/python");
        Link("path/python3");
        Assert.Equal(active, Find(new PythonAppOptions { AppDirectory = In("app") }, ("VIRTUAL_ENV", In("active")), ("PATH", In("path"))));
    }

    [PythonFact]
    public void VenvOfTheAppsDirectory_ComesBeforePath()
    {
        string own = Link("app/.venv/bin/python");
        Link("path/python3");
        Assert.Equal(own, Find(new PythonAppOptions { AppDirectory = In("app") }, ("PATH", In("path"))));
    }

    [PythonFact]
    public void Path_IsSearchedForPython3BeforePython()
    {
        Link("one/python");
        string second = Link("two/python3");
        Assert.Equal(second, Find(new PythonAppOptions(), ("PATH", $"{In("one")}:{In("two")}")));
    }

    [PythonFact]
    public void OptionThatIsAName_IsSearchedForOnThePath()
    {
        Link("path/python3");
        string named = Link("path/python-of-mine");
        Assert.Equal(named, Find(new PythonAppOptions { Python = "python-of-mine" }, ("PATH", In("path"))));
    }

    [PythonFact]
    public void OptionThatIsMissing_IsNotReplaced()
    {
        Link("path/python3");
        Assert.Throws<PythonAppException>(() => Find(new PythonAppOptions { Python = In("nowhere") }, ("PATH", In("path"))));
    }

    [Fact]
    public void WhatIsTooOldOrNoPython_IsToldAndPassedOver()
    {
        Script("one/python3", "echo 3.7.16");
        Script("two/python3", "echo no; echo broken >&2; exit 1");
        PythonAppException exception = Assert.Throws<PythonAppException>(
            () => Find(new PythonAppOptions(), ("VIRTUAL_ENV", In("gone")), ("PATH", $"{In("one")}:{In("two")}")));
        Assert.Contains($"VIRTUAL_ENV: there is no {In("gone/bin/python")}", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"{In("one/python3")} is Python 3.7.16", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"{In("two/python3")} does not tell its version: broken", exception.Message, StringComparison.Ordinal);
    }

    private static string Find(PythonAppOptions options, params (string Name, string Value)[] environment) =>
        PythonInterpreter.Find(options, name => Array.Find(environment, variable => variable.Name == name).Value).Path;

    private string In(string path) => Path.Combine(_directory, path);

    /// <summary>A wrapper, since a link would take pyenv's shims from their place.</summary>
    private string Link(string path) => Script(path, $"exec {PythonInterpreters.Any} \"$@\"");

    private string Script(string path, string command)
    {
        string file = In(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, $"#!/bin/sh\n{command}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return file;
    }
}
