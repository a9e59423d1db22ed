using System.Text;
using Perch.Http.Parsing;

namespace Perch.Http.Engine;

/// <summary>The fields of the request that runs now, as positions in its head.</summary>
internal sealed class RequestHeaders : HeaderList
{
    private static readonly ReadOnlyMemory<byte> HostName = "host"u8.ToArray();

    private Memory<byte> _bytes;
    private ulong[] _fields = [];
    private RequestHead _head;
    private bool _lowered;
    private bool _addsHost;

    public override int Count => _head.FieldCount + (_addsHost ? 1 : 0);

    public override Header this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
            if (_addsHost && index-- == 0)
            {
                return new Header(HostName, _bytes[_head.Host.Start.._head.Host.End]);
            }

            if (!_lowered)
            {
                LowerNames();
            }

            var entry = new FieldEntry(_fields[index]);
            ReadOnlyMemory<byte> name = _bytes[entry.NameStart..entry.NameEnd];
            ByteRange value = _head.TargetForm == TargetForm.Absolute && HeaderRules.Is(name.Span, "host"u8) ? _head.Host : entry.ValueRange(_bytes.Span);
            return new Header(name, _bytes[value.Start..value.End]);
        }
    }

    internal void Begin(Memory<byte> bytes, in RequestHead head, ulong[] fields)
    {
        _bytes = bytes;
        _head = head;
        _fields = fields;
        _lowered = false;

        // RFC 9112 §3.2.2: the host of an absolute form replaces what Host says; where there is no Host (HTTP/1.0) it is the host.
        _addsHost = head.TargetForm == TargetForm.Absolute && !head.Has(HeadFacts.HasHost);
    }

    /// <summary>ASGI: names are in lower case. The head is the connection's own copy, so they are made so where they stand.</summary>
    private void LowerNames()
    {
        Span<byte> bytes = _bytes.Span;
        for (int i = 0; i < _head.FieldCount; i++)
        {
            var entry = new FieldEntry(_fields[i]);
            Span<byte> name = bytes[entry.NameStart..entry.NameEnd];
            Ascii.ToLowerInPlace(name, out _);
        }

        _lowered = true;
    }
}
