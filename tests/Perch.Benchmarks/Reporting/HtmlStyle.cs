namespace Perch.Benchmarks.Reporting;

/// <summary>How a page looks: in light and dark, from a phone's width on.</summary>
internal static class HtmlStyle
{
    internal const string Css = """

        :root { color-scheme: light dark; --ink: #1d2330; --paper: #fff; --soft: #5b6475; --track: #e8ebf1; --median: #3f6fd8; --spread: #14213d; --goal: #b4231a; }
        @media (prefers-color-scheme: dark) {
          :root { --ink: #e6e9f0; --paper: #14171e; --soft: #a2abbd; --track: #2a303c; --median: #5b8af0; --spread: #f2f5fb; --goal: #ff8a80; }
        }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
        main { max-width: 56rem; margin: 0 auto; padding: 1rem; }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; } dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
        figure { margin: 1rem 0; } figcaption { font-weight: 600; margin-bottom: .4rem; }
        .bar { display: grid; grid-template-columns: 1fr auto; column-gap: 1rem; margin-bottom: .7rem; }
        .bar small { grid-column: 2; color: var(--soft); text-align: right; } .bar svg, .bar .detail { grid-column: 1 / -1; }
        .bar .detail { text-align: left; }
        svg { width: 100%; height: .9rem; display: block; }
        .track { fill: var(--track); } .median { fill: var(--median); } .spread { fill: var(--spread); }
        .goal { stroke: var(--goal); stroke-width: 2; stroke-dasharray: 3 2; vector-effect: non-scaling-stroke; }
        .notes { color: var(--soft); font-size: .85rem; overflow-wrap: anywhere; }

        """;
}
