using System.Text;

namespace Perch;

/// <summary>
/// A header field: a name and a value, both bytes as in ASGI. Two strings, or two pieces of memory, convert to it:
/// <c>("content-type", "text/plain")</c>.
/// </summary>
public readonly struct Header : IEquatable<Header>
{
    // Kept beside the bytes where the field was made from strings, for hosts that want strings again.
    private readonly string? _nameText;
    private readonly string? _valueText;

    /// <summary>Creates a field over memory that is not copied.</summary>
    /// <param name="name">The name, in lower case.</param>
    /// <param name="value">The value.</param>
    public Header(ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> value)
    {
        Name = name;
        Value = value;
    }

    /// <summary>Creates a field from strings; the name is lower-cased.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value; each char is one byte (Latin-1, RFC 9110 §5.5).</param>
    /// <exception cref="ArgumentException">A char is above U+00FF.</exception>
    public Header(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        _nameText = HeaderText.LowerName(name);
        _valueText = value;
        Name = HeaderText.Encode(_nameText, nameof(name));
        Value = HeaderText.Encode(value, nameof(value));
    }

    /// <summary>The name.</summary>
    public ReadOnlyMemory<byte> Name { get; }

    /// <summary>The value.</summary>
    public ReadOnlyMemory<byte> Value { get; }

    /// <summary>The name as text.</summary>
    public string NameText => _nameText ?? HeaderText.DecodeName(Name.Span);

    /// <summary>The value as text, one char for each byte (Latin-1).</summary>
    public string ValueText => _valueText ?? Encoding.Latin1.GetString(Value.Span);

    /// <summary>Makes a field of two strings, see <see cref="Header(string, string)"/>.</summary>
    public static implicit operator Header((string Name, string Value) field) => new(field.Name, field.Value);

    /// <summary>Makes a field of two pieces of memory, which are not copied.</summary>
    public static implicit operator Header((ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> Value) field) => new(field.Name, field.Value);

    /// <summary>Makes a field of two pieces of memory, which are not copied.</summary>
    public static implicit operator Header((byte[] Name, byte[] Value) field) => new(field.Name, field.Value);

    /// <summary>Whether two fields have the same bytes.</summary>
    public static bool operator ==(Header left, Header right) => left.Equals(right);

    /// <summary>Whether two fields differ in a byte.</summary>
    public static bool operator !=(Header left, Header right) => !left.Equals(right);

    /// <summary>Whether the field has this name; names are compared without regard to case (RFC 9110 §5.1).</summary>
    public bool Is(string name) => HeaderText.NameEquals(Name.Span, name);

    /// <summary>A field over memory of its own, to be kept.</summary>
    public Header Copy() => _nameText is not null ? this : new(Name.ToArray(), Value.ToArray());

    /// <inheritdoc/>
    public bool Equals(Header other) => Name.Span.SequenceEqual(other.Name.Span) && Value.Span.SequenceEqual(other.Value.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Header other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Name.Span);
        hash.AddBytes(Value.Span);
        return hash.ToHashCode();
    }

    /// <summary>The field as a line of text.</summary>
    public override string ToString() => $"{NameText}: {ValueText}";
}
