namespace Perch;

/// <summary>A header list over an array that nobody else holds.</summary>
internal sealed class HeaderArray(Header[] headers) : HeaderList
{
    public override int Count => headers.Length;

    public override Header this[int index] => headers[index];
}
