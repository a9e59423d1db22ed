using System.Globalization;
using System.Net;
using System.Text;
using Perch.Benchmarks.Measuring;

namespace Perch.Benchmarks.Reporting;

/// <summary>A run as one page that needs nothing else: no network, no script. Everything in it that is not ours is escaped.</summary>
internal static class HtmlReport
{
    internal static void Write(string file, Report report, IReadOnlyList<Section> sections) => ReportFile.Write(file, Render(report.Head, sections));

    internal static string Render(ReportHead head, IReadOnlyList<Section> sections)
    {
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Perch benchmarks: {Text(head.Command)}, {head.Date:yyyy-MM-dd}</title>
            <style>{HtmlStyle.Css}</style>
            </head>
            <body>
            <main>
            <h1>Perch benchmarks: {Text(head.Command)}</h1>
            <dl>
            <dt>Date</dt><dd>{head.Date:yyyy-MM-dd HH:mm} UTC</dd>
            <dt>Machine</dt><dd>{Text(head.Machine.Cpu)}, {head.Machine.Cores} cores, {Text(head.Machine.Architecture)}, {Text(head.Machine.System)}, {Text(head.Machine.Runtime)}</dd>
            <dt>Command</dt><dd><code>{Text(head.CommandLine)}</code></dd>
            <dt>Cores</dt><dd>{(head.Machine.Pinned ? "Server and client have a core each." : "Nothing was pinned: trust no figure.")}</dd>
            </dl>
            <h2>How to read it</h2>
            <p>Bars are medians over the rounds: shorter is better. The thin line on a bar goes from the lower to the upper quartile; two bars
            whose lines overlap are not known to differ. Figures of different runs cannot be compared, ratios within a run can: a ratio is the
            median of the ratios round by round. A dashed line is the goal.</p>

            """);
        foreach (Section section in sections)
        {
            Append(html, section);
        }

        return html.Append("</main>\n</body>\n</html>\n").ToString();
    }

    private static void Append(StringBuilder html, Section section)
    {
        html.Append(CultureInfo.InvariantCulture, $"<section>\n<h2>{Text(section.Title)}</h2>\n");
        foreach (Chart chart in section.Charts.Where(chart => chart.Bars.Count > 0))
        {
            Append(html, chart);
        }

        if (section.Notes.Count > 0)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"notes\">{string.Join("<br>\n", section.Notes.Select(Text))}</p>\n");
        }

        html.Append("</section>\n");
    }

    private static void Append(StringBuilder html, Chart chart)
    {
        double longest = chart.Bars.Max(bar => Math.Max(bar.Value.UpperQuartile, bar.Goal ?? 0));
        html.Append(CultureInfo.InvariantCulture, $"<figure>\n<figcaption>{Text(chart.Title)}</figcaption>\n");
        foreach (Bar bar in chart.Bars)
        {
            Append(html, bar, chart.Unit, longest > 0 ? longest : 1);
        }

        html.Append("</figure>\n");
    }

    private static void Append(StringBuilder html, Bar bar, string unit, double longest)
    {
        Summary value = bar.Value;
        string figures = $"{Figures.Of(value.Median)} {unit}".TrimEnd();
        string spread = $"{Figures.Of(value.LowerQuartile)} – {Figures.Of(value.UpperQuartile)}";
        string verdict = bar.Goal is { } goal ? $", goal {Figures.Of(goal)} {(value.Median <= goal ? "met" : "missed")}" : "";
        html.Append(CultureInfo.InvariantCulture, $"""
            <div class="bar">
            <span>{Text(bar.Label)}</span><b>{Text(figures)}</b><small>{Text(spread + verdict)}</small>
            <svg viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="{Text(bar.Label + ": " + figures)}">
            <rect class="track" width="100" height="10"/><rect class="median" width="{Share(value.Median):0.##}" height="10"/>
            <rect class="spread" x="{Share(value.LowerQuartile):0.##}" y="4" width="{Math.Max(0.3, Share(value.UpperQuartile) - Share(value.LowerQuartile)):0.##}" height="2"/>

            """);
        if (bar.Goal is { } line)
        {
            html.Append(CultureInfo.InvariantCulture, $"<line class=\"goal\" x1=\"{Share(line):0.##}\" x2=\"{Share(line):0.##}\" y1=\"0\" y2=\"10\"/>\n");
        }

        html.Append("</svg>\n");
        if (bar.Detail.Length > 0)
        {
            html.Append(CultureInfo.InvariantCulture, $"<small class=\"detail\">{Text(bar.Detail)}</small>\n");
        }

        html.Append("</div>\n");

        // A difference of noise can be below zero.
        double Share(double part) => Math.Clamp(part / longest * 100, 0, 100);
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
