namespace Perch.Server;

/// <summary>Whether clients need a certificate.</summary>
public enum ClientCertificate
{
    /// <summary>They are not asked.</summary>
    None,

    /// <summary>They are asked; one that has none is served, one whose certificate is not valid is not.</summary>
    Optional,

    /// <summary>Without a valid one they are not served.</summary>
    Required,
}
