using Perch.Python.Marshal;

namespace Perch.Python.Bridge;

/// <summary>The events of a worker.</summary>
internal sealed partial class WorkerLink
{
    private readonly HeadCache _heads = new();

    // Where the next large body of the frame is, behind its events; 0 before the first of them.
    private int _largeBody;

    private void ReadFrame(ReadOnlyMemory<byte> frame, ReceiveBuffer buffer)
    {
        var reader = new MarshalReader(frame.Span);
        int events = reader.ReadSequence();
        _largeBody = 0;
        for (int i = 0; i < events; i++)
        {
            ReadEvent(ref reader, frame, buffer);
        }

        if (_largeBody == 0 ? !reader.IsAtEnd : _largeBody != frame.Length)
        {
            throw new MarshalException("A frame goes on behind its events and bodies.");
        }
    }

    private void ReadEvent(ref MarshalReader reader, ReadOnlyMemory<byte> frame, ReceiveBuffer buffer)
    {
        int items = reader.ReadSequence();
        var kind = (WorkerEvent)reader.ReadInt32();
        int id = reader.ReadInt32();
        if (items != ItemsOf(kind))
        {
            throw new MarshalException($"An event {kind} of {items} items.");
        }

        switch (kind)
        {
            case WorkerEvent.End:
                OnEnd(id, reader.ReadText());
                break;
            case WorkerEvent.Ended:
                for (int left = reader.ReadSequence(); left > 0; left--)
                {
                    OnEnd(reader.ReadInt32(), null);
                }

                break;
            case WorkerEvent.Credit:
                int credit = reader.ReadInt32();
                Find(id)?.OnCredit(credit);
                break;
            case WorkerEvent.Pong:
                reader.ReadInt32();
                worker.OnPong();
                break;
            case WorkerEvent.Ready:
                worker.OnReady(reader.ReadText(), reader.ReadText(), reader.ReadText());
                break;
            case WorkerEvent.Failed:
                worker.OnFailed(reader.ReadText(), reader.ReadText());
                break;
            case WorkerEvent.Stopped:
                worker.OnStopped(reader.ReadOptionalText());
                break;
            case WorkerEvent.Leaving:
                worker.OnLeaving();
                break;
            default:
                // Read whether or not there is a stream still: what follows in the frame is to be found.
                Incoming incoming = ReadStreamEvent(kind, ref reader, frame);
                Find(id)?.Post(incoming, buffer);
                break;
        }
    }

    private static int ItemsOf(WorkerEvent kind) => kind switch
    {
        WorkerEvent.Response => 6,
        WorkerEvent.Ready => 5,
        WorkerEvent.Body or WorkerEvent.Trailers or WorkerEvent.Accept or WorkerEvent.Close or WorkerEvent.Failed => 4,
        WorkerEvent.Path or WorkerEvent.EarlyHint or WorkerEvent.Message or WorkerEvent.End or WorkerEvent.Credit or WorkerEvent.Pong or WorkerEvent.Stopped or WorkerEvent.Ended => 3,
        WorkerEvent.Leaving => 2,
        _ => throw new MarshalException($"An event of kind {(int)kind}."),
    };

    private Incoming ReadStreamEvent(WorkerEvent kind, ref MarshalReader reader, ReadOnlyMemory<byte> frame)
    {
        switch (kind)
        {
            case WorkerEvent.Response:
                ReadOnlySpan<byte> head = Skipped(ref reader, frame.Span);
                HttpResponseStart start = _heads.Find(head, reader.ReadBoolean());
                ReadOnlyMemory<byte>? body = reader.TryReadNone() ? (ReadOnlyMemory<byte>?)null : ReadBody(ref reader, frame);
                return WithData(IncomingKind.Response, body ?? default, reader.ReadBoolean(), start, body is not null);
            case WorkerEvent.Body:
                return WithData(IncomingKind.Body, ReadBody(ref reader, frame), reader.ReadBoolean());
            case WorkerEvent.Path:
                return WithData(IncomingKind.Path, default, what: System.Text.Encoding.UTF8.GetString(reader.ReadBytes()));
            case WorkerEvent.Message when reader.Peek() == MarshalCode.Bytes:
                return WithData(IncomingKind.Binary, ReadData(ref reader, frame));
            case WorkerEvent.Message:
                int length = reader.ReadUtf8(out int offset).Length;
                return WithData(IncomingKind.Text, frame.Slice(offset, length));
            case WorkerEvent.EarlyHint:
                return OfEvent(new HttpResponseEarlyHint(ReadLinks(ref reader)));
            case WorkerEvent.Trailers:
                HeaderList trailers = HeadCache.DecodeFields(Skipped(ref reader, frame.Span).ToArray());
                return OfEvent(new HttpResponseTrailers(trailers, reader.ReadBoolean()));
            case WorkerEvent.Accept:
                string? subprotocol = reader.ReadOptionalText();
                return OfEvent(new WebSocketAccept(subprotocol, HeadCache.DecodeFields(Skipped(ref reader, frame.Span).ToArray())));
            default:
                return OfEvent(new WebSocketClose(reader.ReadInt32(), reader.ReadText()));
        }
    }

    private static Incoming WithData(IncomingKind kind, ReadOnlyMemory<byte> data, bool more = false, object? what = null, bool hasBody = true) =>
        new(kind, what) { Data = data, HasBody = hasBody, More = more, Cost = data.Length + BridgeLimits.EventOverhead };

    private static Incoming OfEvent(GatewayEvent message) => new(IncomingKind.Event, message) { Cost = BridgeLimits.EventOverhead };

    private static ReadOnlyMemory<byte> ReadData(ref MarshalReader reader, ReadOnlyMemory<byte> frame)
    {
        int length = reader.ReadBytes(out int offset).Length;
        return frame.Slice(offset, length);
    }

    /// <summary>A part of a body: bytes, or the size of a large one, which stands behind the events of the frame.</summary>
    private ReadOnlyMemory<byte> ReadBody(ref MarshalReader reader, ReadOnlyMemory<byte> frame)
    {
        if (reader.Peek() == MarshalCode.Bytes)
        {
            return ReadData(ref reader, frame);
        }

        if (_largeBody == 0)
        {
            var events = new MarshalReader(frame.Span);
            events.Skip();
            _largeBody = events.Position;
        }

        int size = reader.ReadInt32();
        if (size < 0 || size > frame.Length - _largeBody)
        {
            throw new MarshalException($"A body of {size} bytes goes beyond its frame.");
        }

        ReadOnlyMemory<byte> body = frame.Slice(_largeBody, size);
        _largeBody += size;
        return body;
    }

    private static ReadOnlySpan<byte> Skipped(ref MarshalReader reader, ReadOnlySpan<byte> frame)
    {
        int start = reader.Position;
        reader.Skip();
        return frame[start..reader.Position];
    }

    private static string[] ReadLinks(ref MarshalReader reader)
    {
        string[] links = new string[reader.ReadSequence()];
        for (int i = 0; i < links.Length; i++)
        {
            links[i] = System.Text.Encoding.Latin1.GetString(reader.ReadBytes());
        }

        return links;
    }

    /// <summary>The app's call has ended.</summary>
    private void OnEnd(int id, string? failure)
    {
        if (Find(id) is not { } stream)
        {
            throw new MarshalException($"The end of the stream {id}, which is not there.");
        }

        if (!stream.Post(new Incoming(IncomingKind.End, failure)))
        {
            Remove(id);
            if (!string.IsNullOrEmpty(failure))
            {
                TellLateFailure(failure);
            }
        }
    }

    /// <inheritdoc cref="IWorkerEvents.OnLateFailure"/>
    internal void TellLateFailure(string traceback) => worker.OnLateFailure(traceback);
}
