namespace Perch.Python;

/// <summary>How a Python app is called, as uvicorn's <c>--interface</c>.</summary>
public enum PythonInterface
{
    /// <summary>By what the app can be called with: one argument is ASGI 2, two are WSGI, all else is ASGI 3. The default.</summary>
    Auto,

    /// <summary>ASGI 3: <c>await app(scope, receive, send)</c>.</summary>
    Asgi3,

    /// <summary>ASGI 2: <c>await app(scope)(receive, send)</c>.</summary>
    Asgi2,

    /// <summary>WSGI (PEP 3333): <c>app(environ, start_response)</c>, in a thread of the worker.</summary>
    Wsgi,
}
