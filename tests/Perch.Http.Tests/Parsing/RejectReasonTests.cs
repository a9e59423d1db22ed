using Perch.Http.Parsing;

namespace Perch.Http.Tests.Parsing;

public class RejectReasonTests
{
    [Fact]
    public void EveryReason_HasItsRow()
    {
        var tags = new HashSet<string>();
        foreach (var reason in Enum.GetValues<RejectReason>())
        {
            Assert.True(tags.Add(reason.Tag()));
            Assert.Equal(reason.ToString(), reason.Name());
            Assert.Equal(reason.Name(), string.Concat(reason.Tag().Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..])));
            if (reason == RejectReason.None) continue;
            Assert.InRange(reason.StatusCode(), 400, 599);
            Assert.EndsWith(".", reason.Text(), StringComparison.Ordinal);
        }

        Assert.Equal(RejectReasons.Count, tags.Count);
    }
}
