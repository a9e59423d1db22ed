using System.Collections;
using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Text;

namespace Perch;

/// <summary>
/// An immutable list of header fields, in the order of the wire, repeated names kept. A collection expression makes one:
/// <c>[("content-type", "text/plain"), ("x-id", "7")]</c>, and <c>[.. headers, ("vary", "accept")]</c> extends one.
/// </summary>
/// <remarks>Names of a request are in lower case; look-ups disregard case (RFC 9110 §5.1).</remarks>
[CollectionBuilder(typeof(HeaderList), nameof(Create))]
public abstract class HeaderList : IReadOnlyList<Header>
{
    private protected HeaderList() { }

    /// <summary>The list without a field.</summary>
    public static HeaderList Empty { get; } = new HeaderArray([]);

    /// <summary>The number of fields; a repeated name counts each time.</summary>
    public abstract int Count { get; }

    /// <summary>The field at a place, from 0.</summary>
    public abstract Header this[int index] { get; }

    /// <summary>Makes a list of fields.</summary>
    public static HeaderList Create(params ReadOnlySpan<Header> headers) => headers.IsEmpty ? Empty : new HeaderArray(headers.ToArray());

    /// <summary>The first value of a name as text (Latin-1), or null if there is no such field.</summary>
    public virtual string? GetValue(string name)
    {
        int index = IndexOf(name);
        return index < 0 ? null : this[index].ValueText;
    }

    /// <summary>All values of a name as text (Latin-1), in order.</summary>
    public virtual IReadOnlyList<string> GetValues(string name)
    {
        List<string>? values = null;
        for (int i = 0; i < Count; i++)
        {
            Header header = this[i];
            if (header.Is(name))
            {
                (values ??= []).Add(header.ValueText);
            }
        }

        return values ?? (IReadOnlyList<string>)[];
    }

    /// <summary>The first value of a name as bytes.</summary>
    /// <param name="name">The name, in lower case.</param>
    /// <param name="value">The value; empty if there is no such field.</param>
    /// <returns>Whether there is such a field.</returns>
    public virtual bool TryGetBytes(ReadOnlySpan<byte> name, out ReadOnlyMemory<byte> value)
    {
        for (int i = 0; i < Count; i++)
        {
            Header header = this[i];
            if (header.Name.Length == name.Length && Ascii.EqualsIgnoreCase(header.Name.Span, name))
            {
                value = header.Value;
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>Whether there is a field of this name.</summary>
    public virtual bool Contains(string name) => IndexOf(name) >= 0;

    /// <summary>A list without the fields of a name.</summary>
    public HeaderList Without(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return !Contains(name) ? this : new HeaderArray([.. this.Where(header => !header.Is(name))]);
    }

    /// <summary>A list over memory of its own, to be kept after the host has taken the request's memory back.</summary>
    public virtual HeaderList Copy() => new HeaderArray([.. this.Select(header => header.Copy())]);

    /// <summary>Enumerates the fields without allocating.</summary>
    public Enumerator GetEnumerator() => new(this);

    IEnumerator<Header> IEnumerable<Header>.GetEnumerator() => Enumerate();

    IEnumerator IEnumerable.GetEnumerator() => Enumerate();

    /// <summary>The fields, one a line.</summary>
    public override string ToString() => string.Join('\n', this.Select(header => header.ToString()));

    private IEnumerator<Header> Enumerate()
    {
        for (int i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    private int IndexOf(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        for (int i = 0; i < Count; i++)
        {
            if (this[i].Is(name))
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>Walks a list.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public struct Enumerator
    {
        private readonly HeaderList _list;
        private int _index;

        internal Enumerator(HeaderList list)
        {
            _list = list;
            _index = -1;
        }

        /// <summary>The field at this place.</summary>
        public readonly Header Current => _list[_index];

        /// <summary>Goes on to the next field.</summary>
        public bool MoveNext() => ++_index < _list.Count;
    }
}
