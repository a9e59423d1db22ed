using Perch.Tests.Shared;

namespace Perch.Python.Tests.PublicApi;

public class PublicApiTests
{
    [Fact]
    public void The_public_API_is_the_approved_one()
    {
        string approved = PublicApiLister.RepositoryFile("tests/Perch.Python.Tests/PublicApi/Perch.Python.approved.txt");
        string? difference = PublicApiLister.Compare(typeof(PythonApp).Assembly, approved);
        Assert.True(difference is null, difference);
    }
}
