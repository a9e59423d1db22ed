using System.Xml.Linq;
using Perch.Benchmarks.Measuring;
using Perch.Benchmarks.Reporting;

namespace Perch.Benchmarks.Tests.Reporting;

public sealed class HtmlReportTests
{
    private const string Hostile = "<script>alert('x')</script> & \"quoted\"";

    private static readonly ReportHead Head = new(
        "servers",
        $"servers --requests \"{Hostile}\"",
        new Machine(Hostile, 2, Pinned: true, "X64", Hostile, ".NET"),
        new DateTimeOffset(2026, 11, 21, 8, 0, 0, TimeSpan.Zero));

    [Fact]
    public void EveryText_IsEscaped()
    {
        string html = Render(Hostile, new Bar(Hostile, new Summary(1, 0.5, 2, 0.1, 3), Goal: 2, Detail: Hostile));

        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(Hostile, Elements(html, "figcaption").Single().Value);
        Assert.StartsWith(Hostile, Elements(html, "svg").Single().Attribute("aria-label")!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void ThePage_NeedsNothingElse()
    {
        string html = Render("CPU", new Bar("a", new Summary(1, 1, 1, 1, 1)));

        Assert.DoesNotContain("http", html.Replace("Perch.Http", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
        Assert.Empty(Elements(html, "link"));
        Assert.Contains("prefers-color-scheme: dark", html, StringComparison.Ordinal);
        Assert.Contains(Elements(html, "meta"), meta => meta.Attribute("content")?.Value.Contains("width=device-width", StringComparison.Ordinal) == true);
    }

    [Theory]
    [InlineData(0.5, "met")]
    [InlineData(0.4, "missed")]
    public void AGoal_IsMarkedAndJudged(double goal, string verdict)
    {
        string html = Render("Ratio", new Bar("a", new Summary(0.5, 0.4, 0.6, 0.3, 0.7), goal));

        Assert.Contains($"goal {Figures.Of(goal)} {verdict}", html, StringComparison.Ordinal);
        Assert.Single(Elements(html, "line"));
    }

    [Fact]
    public void Bars_AreAsLongAsTheirMediansOnOneScale()
    {
        string html = Render("CPU", new Bar("a", new Summary(4, 3, 5, 2, 6)), new Bar("b", new Summary(2, 1, 10, 1, 12)), new Bar("c", new Summary(-1, -2, 0, -3, 0)));

        Assert.Equal(["40", "20", "0"], Elements(html, "rect").Where(rect => rect.Attribute("class")!.Value == "median").Select(rect => rect.Attribute("width")!.Value));
    }

    private static string Render(string title, params Bar[] bars) => HtmlReport.Render(Head, [new Section("part", [new Chart(title, "µs", bars)], [Hostile])]);

    // The page is XML but for the elements that HTML never closes.
    private static IEnumerable<XElement> Elements(string html, string name) => XDocument
        .Parse(System.Text.RegularExpressions.Regex.Replace(html[html.IndexOf("<html", StringComparison.Ordinal)..], "<(meta [^>]*|br)>", "<$1/>"))
        .Descendants(name);
}
