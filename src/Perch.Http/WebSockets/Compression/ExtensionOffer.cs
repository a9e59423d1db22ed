namespace Perch.Http.WebSockets.Compression;

/// <summary>One of the extensions that a client offers, with its parameters in order; a parameter without a value has null.</summary>
internal readonly record struct ExtensionOffer(string Name, IReadOnlyList<KeyValuePair<string, string?>> Parameters);
