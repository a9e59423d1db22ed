using Perch.Tests.Shared;

namespace Perch.AspNetCore.Tests.PublicApi;

public class PublicApiTests
{
    [Fact]
    public void The_public_API_is_the_approved_one()
    {
        string approved = PublicApiLister.RepositoryFile("tests/Perch.AspNetCore.Tests/PublicApi/Perch.AspNetCore.approved.txt");
        string? difference = PublicApiLister.Compare(typeof(GatewayOptions).Assembly, approved);
        Assert.True(difference is null, difference);
    }
}
