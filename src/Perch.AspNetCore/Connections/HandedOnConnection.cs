using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Perch.AspNetCore.Connections;

/// <summary>
/// A connection on its second way through Kestrel: the same pipes, with features of its own over those of the first, whose connection
/// objects stay in charge of the socket.
/// </summary>
internal sealed class HandedOnConnection(ConnectionContext accepted) : ConnectionContext
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when the second way is done with the connection.</summary>
    internal Task Done => _done.Task;

    public override string ConnectionId { get; set; } = accepted.ConnectionId;

    public override IFeatureCollection Features { get; } = new FeatureCollection(accepted.Features);

    public override IDictionary<object, object?> Items { get; set; } = accepted.Items;

    public override IDuplexPipe Transport { get; set; } = accepted.Transport;

    public override EndPoint? LocalEndPoint { get; set; } = accepted.LocalEndPoint;

    public override EndPoint? RemoteEndPoint { get; set; } = accepted.RemoteEndPoint;

    public override CancellationToken ConnectionClosed { get; set; } = accepted.ConnectionClosed;

    public override void Abort(ConnectionAbortedException abortReason) => accepted.Abort(abortReason);

    public override ValueTask DisposeAsync()
    {
        _done.TrySetResult();
        return base.DisposeAsync();
    }
}
