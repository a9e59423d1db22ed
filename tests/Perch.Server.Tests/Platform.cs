// Signals, modes of files, Unix sockets that are inherited.
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
