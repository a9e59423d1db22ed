namespace Perch.Conformance.Hosts;

/// <summary>A host of the conformance app.</summary>
/// <param name="Http">Its name on the command line: <c>--http kestrel</c>.</param>
/// <param name="Offers">What it offers beyond the others.</param>
public sealed record HostUnderTest(string Http, Offers Offers = Offers.None)
{
    /// <summary>Whether it offers something.</summary>
    public bool Has(Offers offer) => (Offers & offer) == offer;
}
