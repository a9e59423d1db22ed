using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Perch.Http.Engine;
using Perch.Http.Parsing;

namespace Perch.Http.Connections;

/// <summary>
/// Drives the engine over a connection's pipes:
/// <list type="number">
/// <item><see cref="RunAsync"/>: the policy on exceptions, and the end of the connection;</item>
/// <item>in it, the requests: heads are read, the app is called for each, answers are flushed when no whole request is left in what was
/// read;</item>
/// <item>receive and send, in the other parts of this class.</item>
/// </list>
/// The object serves all requests of its connection.
/// </summary>
internal sealed partial class Http1Connection
{
    private readonly ConnectionContext _connection;
    private readonly HttpGateway _gateway;
    private readonly ConnectionFacts _facts;
    private readonly PipeReader _input;
    private readonly PipeWriter _output;
    private Receive? _receive;
    private Send? _send;
    private Http1Engine? _rented;
    private ReadOnlySequence<byte> _buffer;
    private bool _hasBuffer;
    private bool _inputEnded;

    internal Http1Connection(ConnectionContext connection, HttpGateway gateway)
    {
        _connection = connection;
        _gateway = gateway;
        _input = connection.Transport.Input;
        _output = connection.Transport.Output;
        _facts = gateway.FactsOf(connection);
        _watch = new ConnectionWatch(gateway.Options.Limits, _gate);
    }

    /// <summary>
    /// A connection has one from the first byte of a request until it waits for the next one. Only the connection's own flow, and an app
    /// whose task runs, may use it.
    /// </summary>
    private Http1Engine Engine => _rented ??= _gateway.Engines.Rent(_facts);

    /// <summary>(1) Runs until the connection is over.</summary>
    internal async Task RunAsync()
    {
        Exception? fault = null;
        _gateway.Add(this);
        CancellationTokenRegistration stop = HttpGateway.StopOf(_connection).UnsafeRegister(static http => ((Http1Connection)http!).Stop(), this);
        try
        {
            // (2) One request after the other. Here and not in a method of its own: a connection that idles would hold the state of both.
            bool goesOn = true;
            while (goesOn)
            {
                if (!_hasBuffer)
                {
                    // Before it waits for the client, which may wait for the answers.
                    if (_unflushed)
                    {
                        await FlushAsync();
                    }

                    if (!TakeInput(await ReadAsync()))
                    {
                        if (_watch.Fired == Waiting.ForHead)
                        {
                            await RefuseAsync(RejectReason.HeadTimeout);
                        }

                        break;
                    }
                }

                switch (Engine.ReadHead(ref _buffer))
                {
                    case EngineRead.NeedMore:
                        goesOn = GiveInputBack();
                        break;
                    case EngineRead.Rejected:
                        await RefuseAsync(Engine.Rejection);
                        goesOn = false;
                        break;
                    case EngineRead.WebSocket:
                        if (_unflushed)
                        {
                            // Answers to requests that came before this one.
                            await FlushAsync();
                        }

                        await RunWebSocketAsync();
                        goesOn = false;
                        break;
                    default:
                        Task run = RunAppAsync();
                        if (!run.IsCompletedSuccessfully)
                        {
                            await run;
                        }

                        if (Engine.MayDrain)
                        {
                            await DrainAsync();
                        }

                        goesOn = Engine.EndRequest();
                        break;
                }
            }

            await EndAsync();
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            _gateway.Log.ConnectionLost(_connection.ConnectionId, exception.Message);
        }
        catch (Exception exception)
        {
            fault = exception;
            _gateway.Log.ConnectionFailed(_connection.ConnectionId, exception);
            _connection.Abort(new ConnectionAbortedException("The connection failed.", exception));
        }
        finally
        {
            try
            {
                await CompleteAsync(fault);
            }
            finally
            {
                await stop.DisposeAsync();
                _gateway.Remove(this);
            }
        }
    }

    private async Task CompleteAsync(Exception? fault)
    {
        _rented?.Close();
        _upgraded?.End();
        await _input.CompleteAsync(fault);
        await (_webSocket is null ? _output.CompleteAsync(fault) : new ValueTask(CompleteOutputAsync(fault)));
        if (_rented is { } engine)
        {
            _gateway.ConnectionEnded?.Invoke(engine);
        }
    }

    /// <summary>The wait for more input, and with it its time-out.</summary>
    private ValueTask<ReadResult> ReadAsync()
    {
        bool isIdle = _rented is not { IsInsideHead: true };
        _watch.Wait(isIdle ? Waiting.ForRequest : Waiting.ForHead);
        if (_facts.IsStopping && isIdle)
        {
            // Stop() has come before this wait. What the client has sent by now is served still.
            _input.CancelPendingRead();
        }

        ValueTask<ReadResult> read = _input.ReadAsync();
        if (isIdle && !read.IsCompleted)
        {
            ReturnEngine();
        }

        return read;
    }

    /// <summary>The next request may be long in coming: nothing is held for it. What the app of the last one left behind is told so first.</summary>
    private void ReturnEngine()
    {
        if (_rented is { } engine)
        {
            _appEnded = true;
            _rented = null;
            _gateway.Engines.Return(engine);
        }
    }

    /// <summary>False if the connection ends here.</summary>
    private bool TakeInput(in ReadResult result)
    {
        _watch.Done();
        _buffer = result.Buffer;
        _hasBuffer = true;
        _inputEnded = result.IsCompleted;

        // A time-out (OnTick), or the server stops (Stop), or the cancellation was meant for a read that had ended already.
        return !result.IsCanceled || (_watch.Fired == Waiting.ForNothing && (!_facts.IsStopping || !_buffer.IsEmpty));
    }

    /// <summary>All input was taken. False if there will be no more.</summary>
    private bool GiveInputBack()
    {
        _input.AdvanceTo(_buffer.End);
        _hasBuffer = false;
        if (!_inputEnded)
        {
            return true;
        }

        if (Engine.IsInsideHead)
        {
            _gateway.Log.Rejected(_connection.ConnectionId, RejectReason.TruncatedHead);
        }

        return false;
    }
}
