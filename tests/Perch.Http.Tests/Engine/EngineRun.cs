using System.Buffers;
using System.Text;
using Perch.Http.Engine;
using Perch.Http.Parsing;

namespace Perch.Http.Tests.Engine;

/// <summary>
/// Drives the engine with no I/O: input in the pieces that a test says, an app that reads the body and answers with what it saw. What comes
/// out is text, so that two runs can be compared.
/// </summary>
internal sealed class EngineRun
{
    private readonly HttpGatewayOptions _options = new() { DateHeader = false, ServerHeader = false };
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly Http1Engine _engine;
    private readonly MemoryStream _body = new();
    private readonly Action<EngineRun> _app;
    private bool _inBody;
    private bool _isOver;

    internal EngineRun(Action<HttpGatewayOptions>? configure = null, Action<EngineRun>? app = null)
    {
        configure?.Invoke(_options);
        _app = app ?? (run => run.Answer());
        _engine = new Http1Engine(_options, new ConnectionFacts(null, null), HeadParsers.Of(_options.Parser), new DateLine(TimeProvider.System));
    }

    internal HttpScope Scope => _engine.Scope;

    internal byte[] Body => _body.ToArray();

    internal string Output => Encoding.Latin1.GetString(_output.WrittenSpan);

    /// <summary>Feeds all pieces, one after another; what the engine does not take of one stands before the next.</summary>
    internal EngineRun Feed(IEnumerable<byte[]> pieces)
    {
        byte[] left = [];
        foreach (byte[] piece in pieces)
        {
            if (_isOver)
            {
                break;
            }

            var input = new ReadOnlySequence<byte>([.. left, .. piece]);
            while (!_isOver && Step(ref input))
            {
            }

            left = input.ToArray();
        }

        return this;
    }

    internal void Send(GatewayEvent message) => _engine.Write(message, _output);

    /// <summary>An answer that tells all that the app saw.</summary>
    internal void Answer()
    {
        string headers = string.Join(',', Scope.Headers.Select(header => header.ToString()));
        string query = Encoding.Latin1.GetString(Scope.QueryString.Span);
        Send(new HttpResponseStart(200));
        Send(new HttpResponseBody(Encoding.Latin1.GetBytes($"{Scope.Method} {Scope.Path} {query} {Scope.HttpVersion} [{headers}] {Convert.ToHexString(Body)}")));
    }

    private bool Step(ref ReadOnlySequence<byte> input)
    {
        if (!_inBody)
        {
            switch (_engine.ReadHead(ref input))
            {
                case EngineRead.NeedMore:
                    return false;
                case EngineRead.Rejected:
                    return Refuse();
                default:
                    _inBody = true;
                    _body.SetLength(0);
                    break;
            }
        }

        while (!_engine.IsBodyRead)
        {
            switch (_engine.ReadBody(ref input, out ReadOnlyMemory<byte> data))
            {
                case EngineRead.NeedMore:
                    return false;
                case EngineRead.Rejected:
                    return Refuse();
                default:
                    _body.Write(data.Span);
                    break;
            }
        }

        _inBody = false;
        _app(this);
        _isOver = !_engine.EndRequest();
        return !_isOver;
    }

    private bool Refuse()
    {
        _engine.WriteRefusal(_engine.Rejection, _output);
        _isOver = true;
        return false;
    }
}
