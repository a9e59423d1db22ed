using System.Text;

namespace Perch.AspNetCore.Http;

/// <summary>How the host made strings of header bytes, so that the bytes can be had again.</summary>
internal sealed class HeaderEncodings(Func<string, Encoding?>? selector)
{
    /// <summary>The encoding of a field's value. Kestrel's own is UTF-8; it refuses what is not valid.</summary>
    internal Encoding Of(string name) => selector?.Invoke(name) ?? Encoding.UTF8;
}
