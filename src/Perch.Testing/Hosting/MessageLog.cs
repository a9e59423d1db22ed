namespace Perch.Testing.Hosting;

/// <summary>The last messages of a scope, both ways, for the text of a time-out.</summary>
internal sealed class MessageLog
{
    // A stream of a million chunks is not to be kept, and the last messages are those that matter.
    private const int Kept = 20;

    private readonly Queue<string> _lines = new();
    private int _dropped;

    internal void ToApp(GatewayEvent message) => Add("to the app: " + EventText.Of(message));

    internal void FromApp(GatewayEvent message) => Add("from the app: " + EventText.Of(message));

    public override string ToString()
    {
        lock (_lines)
        {
            string lines = _lines.Count == 0 ? "none" : string.Join("; ", _lines);
            return _dropped == 0 ? lines : $"({_dropped} earlier); {lines}";
        }
    }

    private void Add(string line)
    {
        lock (_lines)
        {
            if (_lines.Count == Kept)
            {
                _lines.Dequeue();
                _dropped++;
            }

            _lines.Enqueue(line);
        }
    }
}
