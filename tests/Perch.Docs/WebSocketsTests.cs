using System.Globalization;
using System.Reflection;
using Perch.Http;

namespace Perch.Docs;

/// <summary>The table of options in docs/websockets.md, held against the options.</summary>
public sealed class WebSocketsTests
{
    [Fact]
    public void Options_AreAllThereWithTheirDefaults()
    {
        string[] documented = [.. Repository.Read("docs/websockets.md").Split('\n')
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length == 6 && cells[1].StartsWith('`') && cells[1] != "`WebSocketEngine`")
            .Select(cells => $"{cells[1].Trim('`')}: {cells[2]}")];

        var options = new WebSocketGatewayOptions();
        string[] actual = [.. typeof(WebSocketGatewayOptions).GetProperties().OrderBy(property => property.MetadataToken)
            .Select(property => $"{property.Name}: {Text(property, options)}")];

        Assert.Equal(actual, documented);
    }

    private static string Text(PropertyInfo property, WebSocketGatewayOptions options) => property.GetValue(options) switch
    {
        TimeSpan time => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds} s"),
        long bytes => $"{bytes / 1024 / 1024} MiB",
        bool truth => truth ? "true" : "false",
        var value => $"{value}",
    };
}
