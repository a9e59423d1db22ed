using Perch.Tests.Shared;

namespace Perch.Tests.PublicApi;

public sealed class PublicApiTests
{
    [Fact]
    public void PublicApi_IsTheApprovedOne()
    {
        string approved = PublicApiLister.RepositoryFile("tests/Perch.Tests/PublicApi/Perch.approved.txt");
        string? difference = PublicApiLister.Compare(typeof(GatewayApp).Assembly, approved);
        Assert.True(difference is null, difference);
    }
}
