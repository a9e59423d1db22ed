using Perch.Messages;

namespace Perch.Tests.Messages;

/// <summary>Every cell of every table: each message sent in each state.</summary>
public sealed class MessageTableTests
{
    public static TheoryData<string, string, string> Cells
    {
        get
        {
            var cells = new TheoryData<string, string, string>();
            foreach ((string scope, MessageTable table) in OrderProbe.Tables)
            {
                foreach (string state in table.States)
                {
                    foreach (string message in table.Messages)
                    {
                        cells.Add(scope, state, message);
                    }
                }
            }

            return cells;
        }
    }

    public static TheoryData<string, string> States
    {
        get
        {
            var states = new TheoryData<string, string>();
            foreach ((string scope, MessageTable table) in OrderProbe.Tables)
            {
                foreach (string state in table.States)
                {
                    states.Add(scope, state);
                }
            }

            return states;
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Message_LeadsToTheTablesNextState_OrIsRefusedAndChangesNothing(string scope, string state, string message)
    {
        OrderProbe probe = In(scope, state);
        byte next = probe.Table.Next(IndexOf(probe.Table.States, state), IndexOf(probe.Table.Messages, message));
        Assert.StartsWith(state, probe.Observe(), StringComparison.Ordinal);
        string before = probe.Observe();

        if (next != MessageTable.Refused)
        {
            probe.Accept(TestMessages.ByColumn[message]);
            Assert.StartsWith(probe.Table.States[next], probe.Observe(), StringComparison.Ordinal);
            return;
        }

        var refusal = Assert.Throws<GatewayProtocolException>(() => probe.Accept(TestMessages.ByColumn[message]));
        Assert.Equal(before, probe.Observe());
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"'{state}'", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(States))]
    public void EventsOfOtherScopesAndOfTheHost_AreRefused_AndChangeNothing(string scope, string state)
    {
        OrderProbe probe = In(scope, state);
        var own = probe.Table.Messages.Select(message => TestMessages.ByColumn[message].GetType()).ToHashSet();
        string before = probe.Observe();
        foreach (GatewayEvent message in TestMessages.All.Where(message => !own.Contains(message.GetType())))
        {
            var refusal = Assert.Throws<GatewayProtocolException>(() => probe.Accept(message));
            Assert.Contains(message.Type, refusal.Message, StringComparison.Ordinal);
            Assert.Equal(before, probe.Observe());
        }
    }

    [Theory]
    [MemberData(nameof(States))]
    public void Null_IsRefused_AndChangesNothing(string scope, string state)
    {
        OrderProbe probe = In(scope, state);
        string before = probe.Observe();
        var refusal = Assert.Throws<GatewayProtocolException>(() => probe.Accept(null!));
        Assert.Contains("null", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(before, probe.Observe());
    }

    [Fact]
    public void EveryColumn_IsTheNameOfItsEvent()
    {
        foreach (string column in OrderProbe.Tables.Values.SelectMany(table => table.Messages))
        {
            Assert.Equal(column.Split(' ')[0], TestMessages.ByColumn[column].Type);
        }
    }

    [Fact]
    public void TableWithTooFewCells_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new MessageTable("x", ["a", "b"], ["m"], [0]));

    private static OrderProbe In(string scope, string state) => OrderProbe.In(scope, IndexOf(OrderProbe.Tables[scope].States, state));

    private static byte IndexOf(IReadOnlyList<string> names, string name) => (byte)names.ToList().IndexOf(name);
}
