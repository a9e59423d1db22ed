using System.Buffers;
using Perch.Http.Parsing;

namespace Perch.Http.Engine;

/// <summary>From bytes to requests and their bodies.</summary>
internal sealed partial class Http1Engine
{
    private ChunkedDecoder _chunks;
    private bool _isRequest;
    private bool _isChunked;
    private bool _bodyBegun;
    private long _bodyLeft;

    /// <summary>All of the request's body has been read.</summary>
    internal bool IsBodyRead { get; private set; } = true;

    /// <summary>
    /// RFC 9110 §10.1.1: the client waits for 100 before it sends the body; it gets it when the app first awaits the body. Not when part
    /// of the body has come, nor when the response has begun.
    /// </summary>
    internal bool OwesContinue => _head.Has(HeadFacts.ExpectContinue) && !_bodyBegun && !IsBodyRead && !_headWritten;

    /// <summary>(1) Reads a head. What is taken of the input is cut off.</summary>
    internal EngineRead ReadHead(ref ReadOnlySequence<byte> input)
    {
        ReadOnlyMemory<byte> first = input.First;
        if (!HoldsMemory)
        {
            if (input.IsEmpty)
            {
                return EngineRead.NeedMore;
            }

            _storage.Rent(_headLimits.TableLength);
        }

        if (_storage.Length == 0)
        {
            // Most heads come whole: they are parsed where they are, and copied once.
            _head = default;
            ParseResult whole = _parser.Parse(first, ref _head, _storage.Fields, _headLimits);
            switch (whole.Status)
            {
                case ParseStatus.Done:
                    _storage.Append(first.Span[..whole.Consumed]);
                    input = input.Slice(whole.Consumed);
                    return BeginRequest();
                case ParseStatus.Rejected:
                    return Reject(whole.Reason);
            }
        }

        foreach (ReadOnlyMemory<byte> segment in input)
        {
            // What lies past the limit is never needed; the parser has refused the head by then.
            int before = _storage.Length;
            _storage.Append(segment.Span[..Math.Min(segment.Length, _headLimits.MaxHeadBytes - before)]);
            ParseResult part = _parser.Parse(_storage.Bytes, ref _head, _storage.Fields, _headLimits);
            switch (part.Status)
            {
                case ParseStatus.Done:
                    _storage.Cut(part.Consumed);
                    input = input.Slice(part.Consumed - before);
                    return BeginRequest();
                case ParseStatus.Rejected:
                    return Reject(part.Reason);
            }

            input = input.Slice(segment.Length);
        }

        return EngineRead.NeedMore;
    }

    /// <summary>Reads the body. What is taken of the input is cut off; the data is in the input's memory.</summary>
    internal EngineRead ReadBody(ref ReadOnlySequence<byte> input, out ReadOnlyMemory<byte> data)
    {
        data = default;
        if (IsBodyRead)
        {
            return EngineRead.EndOfBody;
        }

        if (input.IsEmpty)
        {
            return EngineRead.NeedMore;
        }

        _bodyBegun = true;
        return _isChunked ? ReadChunks(ref input, out data) : ReadLength(ref input, out data);
    }

    private EngineRead ReadLength(ref ReadOnlySequence<byte> input, out ReadOnlyMemory<byte> data)
    {
        data = input.First;
        if (data.Length > _bodyLeft)
        {
            data = data[..(int)_bodyLeft];
        }

        input = input.Slice(data.Length);
        _bodyLeft -= data.Length;
        IsBodyRead = _bodyLeft == 0;
        return EngineRead.Body;
    }

    private EngineRead ReadChunks(ref ReadOnlySequence<byte> input, out ReadOnlyMemory<byte> data)
    {
        data = default;
        while (!input.IsEmpty)
        {
            ReadOnlyMemory<byte> segment = input.First;
            BodyResult result = _chunks.Read(segment.Span);
            if (result.Status == ParseStatus.Rejected)
            {
                return Reject(result.Reason);
            }

            input = input.Slice(result.Consumed);
            IsBodyRead = result.Status == ParseStatus.Done;
            if (!result.Data.IsEmpty)
            {
                data = segment[result.Data.Start..result.Data.End];
                return EngineRead.Body;
            }

            if (IsBodyRead)
            {
                return EngineRead.EndOfBody;
            }
        }

        return EngineRead.NeedMore;
    }

    private EngineRead BeginRequest()
    {
        HttpGatewayLimits limits = _options.Limits;
        _isRequest = true;
        _isChunked = _head.Has(HeadFacts.Chunked);
        _bodyLeft = _isChunked ? 0 : Math.Max(0, _head.ContentLength);
        _bodyBegun = false;
        IsBodyRead = !_head.HasBody;
        BeginWrite();

        // RFC 9110 §15.5.14: known before the app is called, so it never sees the request.
        if (limits.MaxRequestBodySize is { } largest && _bodyLeft > largest)
        {
            _isRequest = false;
            return Reject(RejectReason.BodyTooLarge);
        }

        if (_isChunked)
        {
            _chunks = new ChunkedDecoder(_bodyLimits);
        }

        Source.Begin(_storage.Bytes, _head, _storage.Fields);
        if (AsksForWebSocket)
        {
            Order.Begin(isHead: false, OfferedExtensions.None);
            return BeginWebSocket();
        }

        Order.Begin(_head.Method == KnownMethod.Head, Source.OfferedToAll);
        Scope.Renew();
        return EngineRead.Request;
    }

    private EngineRead Reject(RejectReason reason)
    {
        Rejection = reason;
        _isDone = true;
        return EngineRead.Rejected;
    }

    private void EndScope()
    {
        Source.End();
        _isRequest = false;
    }
}
