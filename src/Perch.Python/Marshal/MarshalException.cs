namespace Perch.Python.Marshal;

/// <summary>What a worker sent is not marshal data, or not of the shape that the protocol has: the worker's fault, and its end.</summary>
internal sealed class MarshalException(string message) : Exception(message);
