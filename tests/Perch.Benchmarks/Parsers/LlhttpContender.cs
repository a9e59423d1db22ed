using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Perch.Benchmarks.Parsers;

/// <summary>llhttp, built from the sources of Debian's node-llhttp, with callbacks in C that store positions.</summary>
internal sealed unsafe class LlhttpContender : Contender
{
    private const string Sources = "/usr/share/llhttp";
    private const string Headers = "/usr/share/include/llhttp";

    private const string Callbacks = """
        #include <stddef.h>
        #include "llhttp.h"
        typedef struct { const char* at[512]; size_t length[512]; unsigned count; } table;
        static table spans;
        static int on_span(llhttp_t* p, const char* at, size_t n) { (void)p; spans.at[spans.count] = at; spans.length[spans.count++] = n; return 0; }
        static int on_complete(llhttp_t* p) { (void)p; return 0; }
        static llhttp_settings_t settings;
        void perch_init(void) {
            llhttp_settings_init(&settings);
            settings.on_url = on_span; settings.on_header_field = on_span; settings.on_header_value = on_span;
            settings.on_headers_complete = on_complete;
        }
        int perch_parse(const char* bytes, size_t length) {
            llhttp_t parser;
            spans.count = 0;
            llhttp_init(&parser, HTTP_REQUEST, &settings);
            return llhttp_execute(&parser, bytes, length) == HPE_OK ? (int)spans.count : -1;
        }
        """;

    private readonly delegate* unmanaged[SuppressGCTransition]<byte*, nuint, int> _parse;
    private readonly string? _absence;

    internal LlhttpContender()
    {
        try
        {
            var library = NativeLibrary.Load(Build());
            ((delegate* unmanaged<void>)NativeLibrary.GetExport(library, "perch_init"))();
            _parse = (delegate* unmanaged[SuppressGCTransition]<byte*, nuint, int>)NativeLibrary.GetExport(library, "perch_parse");
        }
        catch (Exception exception) when (exception is InvalidOperationException or DllNotFoundException or System.ComponentModel.Win32Exception)
        {
            _absence = exception.Message;
        }
    }

    internal override string Name => "llhttp, C";

    internal override string? Absence => _absence;

    internal override long Run(byte[][] variants, int times)
    {
        long sum = 0;
        for (var i = 0; i < times; i++)
        {
            foreach (var variant in variants)
            {
                fixed (byte* bytes = variant)
                {
                    var count = _parse(bytes, (nuint)variant.Length);
                    if (count < 0) throw Refused();
                    sum += count;
                }
            }
        }

        return sum;
    }

    private static string Build()
    {
        if (!File.Exists(Path.Combine(Sources, "llhttp.c"))) throw new InvalidOperationException("no llhttp sources (Debian: node-llhttp)");
        var directory = Directory.CreateTempSubdirectory("perch-llhttp-").FullName;
        var callbacks = Path.Combine(directory, "callbacks.c");
        var output = Path.Combine(directory, "libperch-llhttp.so");
        File.WriteAllText(callbacks, Callbacks);
        var start = new ProcessStartInfo("cc") { RedirectStandardError = true };
        foreach (var argument in (string[])["-O3", "-shared", "-fPIC", "-I", Headers, "-o", output, callbacks])
            start.ArgumentList.Add(argument);
        foreach (var source in (string[])["api.c", "http.c", "llhttp.c"]) start.ArgumentList.Add(Path.Combine(Sources, source));
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException("cc: " + errors.Split('\n')[0]);
        return output;
    }
}
