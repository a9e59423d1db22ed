using Perch.Tests.Shared;

namespace Perch.Transport.Tests.PublicApi;

public sealed class PublicApiTests
{
    [Fact]
    public void ThePublicApi_IsTheApprovedOne()
    {
        string approved = PublicApiLister.RepositoryFile("tests/Perch.Transport.Tests/PublicApi/Perch.Transport.approved.txt");
        string? difference = PublicApiLister.Compare(typeof(EventLoopTransportFactory).Assembly, approved);
        Assert.True(difference is null, difference);
    }
}
