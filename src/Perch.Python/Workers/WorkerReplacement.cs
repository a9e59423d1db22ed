namespace Perch.Python.Workers;

/// <summary>What is asked of a slot: a new worker in place of the one that it has.</summary>
/// <param name="reason">Why, for the log.</param>
/// <param name="giveUp">Ends the start of the new one.</param>
internal sealed class WorkerReplacement(string reason, CancellationToken giveUp)
{
    internal string Reason { get; } = reason;

    internal CancellationToken GiveUp { get; set; } = giveUp;

    /// <summary>Ends when the new one serves, with null, or with why it does not.</summary>
    internal TaskCompletionSource<Exception?> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
