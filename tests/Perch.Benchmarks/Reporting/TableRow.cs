namespace Perch.Benchmarks.Reporting;

/// <summary>Cells in columns: the first to the left, the others to the right.</summary>
internal sealed class TableRow(params int[] widths)
{
    internal string Of(params ReadOnlySpan<string> cells)
    {
        string line = cells[0].PadRight(widths[0]);
        for (int i = 1; i < cells.Length; i++)
        {
            line += " " + cells[i].PadLeft(widths[i]);
        }

        return line.TrimEnd();
    }
}
