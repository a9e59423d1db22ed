using Perch.Tests.Shared;

namespace Perch.Http.Tests.PublicApi;

public sealed class PublicApiTests
{
    [Fact]
    public void ThePublicApi_IsTheApprovedOne()
    {
        string approved = PublicApiLister.RepositoryFile("tests/Perch.Http.Tests/PublicApi/Perch.Http.approved.txt");
        string? difference = PublicApiLister.Compare(typeof(GatewayListener).Assembly, approved);
        Assert.True(difference is null, difference);
    }
}
