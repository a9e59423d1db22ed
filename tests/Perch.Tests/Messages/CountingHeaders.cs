namespace Perch.Tests.Messages;

/// <summary>One header, which counts how often it is looked at.</summary>
internal sealed class CountingHeaders : HeaderList
{
    private static readonly Header Only = ("x-test", "1");

    internal int Reads { get; private set; }

    public override int Count => 1;

    public override Header this[int index]
    {
        get
        {
            Reads++;
            return Only;
        }
    }
}
