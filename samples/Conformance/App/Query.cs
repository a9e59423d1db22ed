using System.Globalization;
using System.Text;

namespace Conformance.App;

/// <summary>The parameters of a query string; of a name that is repeated, the first.</summary>
internal sealed class Query
{
    private readonly Dictionary<string, string> _values = [];

    internal Query(ReadOnlyMemory<byte> queryString)
    {
        foreach (string pair in Encoding.Latin1.GetString(queryString.Span).Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            _values.TryAdd(Decode(equals < 0 ? pair : pair[..equals]), equals < 0 ? "" : Decode(pair[(equals + 1)..]));
        }
    }

    /// <summary>The value of a name, or null.</summary>
    internal string? Find(string name) => _values.GetValueOrDefault(name);

    /// <summary>The value of a name as a number, or what stands in for one that is missing or is none.</summary>
    internal int Number(string name, int otherwise) =>
        int.TryParse(Find(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : otherwise;

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
