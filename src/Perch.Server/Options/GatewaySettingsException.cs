namespace Perch.Server;

/// <summary>A setting is wrong; the message says which, where it was set, and what it takes.</summary>
public sealed class GatewaySettingsException : Exception
{
    /// <summary>Creates one.</summary>
    /// <param name="message">What is wrong, as a sentence.</param>
    public GatewaySettingsException(string message) : base(message) { }
}
