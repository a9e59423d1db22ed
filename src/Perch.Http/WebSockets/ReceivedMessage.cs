namespace Perch.Http.WebSockets;

/// <summary>A whole message of the client's.</summary>
/// <param name="Data">The payload.</param>
/// <param name="Rented">The array that it lies in, to be returned by who takes the message; null if it lies in the input.</param>
/// <param name="IsText">Whether it is text, found valid.</param>
internal readonly record struct ReceivedMessage(ReadOnlyMemory<byte> Data, byte[]? Rented, bool IsText);
