namespace Migration;

/// <summary>What has moved of the shop.</summary>
internal static class Shop
{
    private static readonly Dictionary<int, Item> Items = new() { [1] = new("lamp", 20), [2] = new("table", 120) };

    internal static Item? Find(int item) => Items.GetValueOrDefault(item);

    internal sealed record Item(string Name, decimal Price);
}
