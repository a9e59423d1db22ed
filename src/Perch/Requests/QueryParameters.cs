using System.Collections;
using System.Text;

namespace Perch;

/// <summary>
/// The parameters of a query string, or the fields of a form: names and values decoded, in their order, repeated names kept. Names are
/// case-sensitive.
/// </summary>
/// <remarks>
/// Parsed as the WHATWG URL specification §5.1 says (application/x-www-form-urlencoded): <c>+</c> is a space, a percent sign that no two
/// hexadecimal digits follow stands for itself, bytes that are not UTF-8 become U+FFFD. No input is an error.
/// </remarks>
public sealed class QueryParameters : IReadOnlyList<KeyValuePair<string, string>>
{
    private readonly List<KeyValuePair<string, string>> _parameters;

    private QueryParameters(List<KeyValuePair<string, string>> parameters) => _parameters = parameters;

    /// <summary>No parameters.</summary>
    public static QueryParameters Empty { get; } = new([]);

    /// <summary>The number of parameters; a repeated name counts each time.</summary>
    public int Count => _parameters.Count;

    /// <summary>The parameter at a place, from 0.</summary>
    public KeyValuePair<string, string> this[int index] => _parameters[index];

    /// <summary>
    /// Parses what follows the <c>?</c>, as it is on the wire: <see cref="RequestScope.QueryString"/>, or the body of a form.
    /// </summary>
    public static QueryParameters Parse(ReadOnlySpan<byte> query)
    {
        List<KeyValuePair<string, string>>? parameters = null;
        foreach (Range range in query.Split((byte)'&'))
        {
            ReadOnlySpan<byte> parameter = query[range];
            if (!parameter.IsEmpty)
            {
                int equals = parameter.IndexOf((byte)'=');
                string name = UrlDecoding.Decode(equals < 0 ? parameter : parameter[..equals]);
                string value = equals < 0 ? "" : UrlDecoding.Decode(parameter[(equals + 1)..]);
                (parameters ??= []).Add(new(name, value));
            }
        }

        return parameters is null ? Empty : new QueryParameters(parameters);
    }

    /// <summary>Parses what follows the <c>?</c>; characters outside ASCII stand for their UTF-8.</summary>
    public static QueryParameters Parse(string query)
    {
        ArgumentNullException.ThrowIfNull(query);
        return Parse(Encoding.UTF8.GetBytes(query));
    }

    /// <summary>The first value of a name, or null if there is none.</summary>
    public string? GetValue(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        foreach (KeyValuePair<string, string> parameter in _parameters)
        {
            if (parameter.Key == name)
            {
                return parameter.Value;
            }
        }

        return null;
    }

    /// <summary>All values of a name, in order.</summary>
    public IReadOnlyList<string> GetValues(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return [.. _parameters.Where(parameter => parameter.Key == name).Select(parameter => parameter.Value)];
    }

    /// <summary>Whether there is a parameter of this name.</summary>
    public bool Contains(string name) => GetValue(name) is not null;

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _parameters.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
