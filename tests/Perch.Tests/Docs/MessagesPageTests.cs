using System.Text;
using Perch.Messages;
using Perch.Tests.Messages;

namespace Perch.Tests.Docs;

public sealed class MessagesPageTests
{
    private static readonly DocFile Page = new("docs/messages.md");

    [Theory]
    [InlineData("http", true)]
    [InlineData("websocket", false)]
    [InlineData("lifespan", false)]
    [InlineData("tcp", false)]
    public void Table_IsThatOfTheCode(string scope, bool messagesDown)
    {
        MessageTable table = OrderProbe.Tables[scope];
        string Cell(int state, int message) => table.Next((byte)state, (byte)message) is var next && next == MessageTable.Refused ? "–" : table.States[next];
        Page.Check($"table: {scope}", messagesDown
            ? Markdown("message", table.States, table.Messages.Select(Code), (row, column) => Cell(column, row))
            : Markdown("state", [.. table.Messages.Select(Code)], table.States, Cell));
    }

    [Fact]
    public void EveryTable_IsOnThePage() =>
        Assert.Equal(OrderProbe.Tables.Keys.Select(scope => $"table: {scope}"), Page.Parts());

    private static string Code(string message) => message.Split(' ', 2) is [var name, var note] ? $"`{name}` {note}" : $"`{message}`";

    private static string Markdown(string corner, IReadOnlyList<string> columns, IEnumerable<string> rows, Func<int, int, string> cell)
    {
        var text = new StringBuilder();
        text.Append("| ").Append(corner).Append(" | ").AppendJoin(" | ", columns).Append(" |\n");
        text.Append("| --- |").Insert(text.Length, " --- |", columns.Count).Append('\n');
        foreach ((int row, string name) in rows.Index())
        {
            text.Append("| ").Append(name).Append(" | ").AppendJoin(" | ", Enumerable.Range(0, columns.Count).Select(column => cell(row, column))).Append(" |\n");
        }

        return text.ToString();
    }
}
