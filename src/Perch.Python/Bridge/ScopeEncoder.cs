using Perch.Python.Marshal;

namespace Perch.Python.Bridge;

/// <summary>
/// Writes scopes for a worker, which builds the app's dictionaries of them. What requests have in common is written when it changes. No
/// locks of its own.
/// </summary>
internal sealed class ScopeEncoder
{
    /// <summary>The items of a request, behind the kind and the stream.</summary>
    internal const int HttpItems = 11;

    /// <summary>The items of a WebSocket, behind the kind and the stream.</summary>
    internal const int WebSocketItems = 9;

    // What the worker has been told last.
    private ConnectionFacts? _told;

    /// <summary>The last scope is not sent after all.</summary>
    internal void TakeBack() => _told = null;

    /// <summary>Writes all but the body.</summary>
    internal void WriteHttp(MarshalWriter writer, HttpScope scope)
    {
        writer.WriteText(scope.Method);
        WriteRequest(writer, scope);
    }

    internal void WriteWebSocket(MarshalWriter writer, WebSocketScope scope)
    {
        WriteRequest(writer, scope);
        writer.WriteList(scope.Subprotocols.Count);
        foreach (string subprotocol in scope.Subprotocols)
        {
            writer.WriteText(subprotocol);
        }
    }

    private void WriteRequest(MarshalWriter writer, RequestScope scope)
    {
        writer.WriteText(scope.Path);
        writer.WriteBytes(scope.RawPath.Span);
        writer.WriteBytes(scope.QueryString.Span);
        HeaderList headers = scope.Headers;
        writer.WriteList(headers.Count);
        foreach (Header header in headers)
        {
            writer.WriteTuple(2);
            writer.WriteBytes(header.Name.Span);
            writer.WriteBytes(header.Value.Span);
        }

        WriteAddress(writer, scope.Client);
        WriteFacts(writer, ConnectionFacts.Of(scope));
        WriteTls(writer, scope.Tls);
        WriteState(writer, scope.StateIfAny);
    }

    private void WriteFacts(MarshalWriter writer, in ConnectionFacts facts)
    {
        if (facts == _told)
        {
            writer.WriteNone();
            return;
        }

        _told = facts;
        writer.WriteTuple(5);
        writer.WriteText(facts.HttpVersion);
        writer.WriteText(facts.Scheme);
        writer.WriteText(facts.RootPath);
        WriteAddress(writer, facts.Server);
        writer.WriteInt32((int)facts.Offered);
    }

    /// <summary>What the host's code has left in the state, as far as Python has its like; the rest stays here.</summary>
    private static void WriteState(MarshalWriter writer, IDictionary<string, object?>? state)
    {
        if (state is not { Count: > 0 })
        {
            writer.WriteNone();
            return;
        }

        writer.BeginDict();
        foreach ((string key, object? value) in state)
        {
            if (value is not (null or bool or int or long or double or string or byte[]))
            {
                continue;
            }

            writer.WriteText(key);
            switch (value)
            {
                case bool flag:
                    writer.WriteBoolean(flag);
                    break;
                case int number:
                    writer.WriteInt32(number);
                    break;
                case long number:
                    writer.WriteInt64(number);
                    break;
                case double number:
                    writer.WriteFloat(number);
                    break;
                case byte[] bytes:
                    writer.WriteBytes(bytes);
                    break;
                default:
                    writer.WriteOptionalText((string?)value);
                    break;
            }
        }

        writer.EndDict();
    }

    private static void WriteAddress(MarshalWriter writer, ScopeAddress? address)
    {
        if (address is not { } known)
        {
            writer.WriteNone();
            return;
        }

        writer.WriteTuple(2);
        writer.WriteText(known.Host);
        WriteOptional(writer, known.Port);
    }

    private static void WriteTls(MarshalWriter writer, TlsInfo? tls)
    {
        if (tls is null)
        {
            writer.WriteNone();
            return;
        }

        writer.WriteTuple(6);
        writer.WriteOptionalText(tls.ServerCert);
        writer.WriteList(tls.ClientCertChain.Count);
        foreach (string certificate in tls.ClientCertChain)
        {
            writer.WriteText(certificate);
        }

        writer.WriteOptionalText(tls.ClientCertName);
        writer.WriteOptionalText(tls.ClientCertError);
        WriteOptional(writer, tls.TlsVersion);
        WriteOptional(writer, tls.CipherSuite);
    }

    private static void WriteOptional(MarshalWriter writer, int? number)
    {
        if (number is { } value)
        {
            writer.WriteInt32(value);
        }
        else
        {
            writer.WriteNone();
        }
    }
}
