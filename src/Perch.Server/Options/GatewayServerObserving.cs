namespace Perch.Server;

/// <summary>What the server tells of itself.</summary>
public sealed class GatewayServerObserving
{
    /// <summary>
    /// Where the server answers for itself: <c>/live</c> below it with 200 as long as it answers at all, <c>/ready</c> with 200, and with 503 once it
    /// stops. The app does not get these requests. Defaults to null: nowhere.
    /// </summary>
    /// <exception cref="ArgumentException">It does not begin with a slash, or it ends with one.</exception>
    public string? HealthPath
    {
        get;
        set
        {
            if (value is not null && (value.Length < 2 || value[0] != '/' || value[^1] == '/'))
            {
                throw new ArgumentException($"A health path begins with a slash and does not end with one: '{value}'.", nameof(value));
            }

            field = value;
        }
    }
}
