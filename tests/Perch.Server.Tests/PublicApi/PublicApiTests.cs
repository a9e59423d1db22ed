using Perch.Tests.Shared;

namespace Perch.Server.Tests.PublicApi;

public sealed class PublicApiTests
{
    [Fact]
    public void The_public_API_is_the_approved_one()
    {
        string approved = PublicApiLister.RepositoryFile("tests/Perch.Server.Tests/PublicApi/Perch.Server.approved.txt");
        string? difference = PublicApiLister.Compare(typeof(GatewayServer).Assembly, approved);
        Assert.True(difference is null, difference);
    }
}
