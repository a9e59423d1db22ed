using Perch.Python.Marshal;

namespace Perch.Python.Bridge;

/// <summary>Writes a scope for a worker, which builds the app's dictionary of it.</summary>
internal static class ScopeEncoder
{
    /// <summary>The items of a request, behind the kind and the stream.</summary>
    internal const int HttpItems = 15;

    /// <summary>The items of a WebSocket, behind the kind and the stream.</summary>
    internal const int WebSocketItems = 13;

    /// <summary>The extensions that go by their bits, of which worker.py has the names. TLS is an item of its own.</summary>
    private const OfferedExtensions Extensions = OfferedExtensions.Trailers | OfferedExtensions.EarlyHint | OfferedExtensions.PathSend
        | OfferedExtensions.ZeroCopySend | OfferedExtensions.FullResponse | OfferedExtensions.DenialResponse;

    internal static void WriteHttp(MarshalWriter writer, HttpScope scope, HttpRequestBody? first)
    {
        writer.WriteText(scope.Method);
        WriteRequest(writer, scope);
        if (first is null)
        {
            writer.WriteNone();
            writer.WriteBoolean(true);
        }
        else
        {
            writer.WriteBytes(first.Body.Span);
            writer.WriteBoolean(first.MoreBody);
        }
    }

    internal static void WriteWebSocket(MarshalWriter writer, WebSocketScope scope)
    {
        WriteRequest(writer, scope);
        writer.WriteList(scope.Subprotocols.Count);
        foreach (string subprotocol in scope.Subprotocols)
        {
            writer.WriteText(subprotocol);
        }
    }

    private static void WriteRequest(MarshalWriter writer, RequestScope scope)
    {
        writer.WriteText(scope.Path);
        writer.WriteBytes(scope.RawPath.Span);
        writer.WriteBytes(scope.QueryString.Span);
        writer.WriteText(scope.HttpVersion);
        writer.WriteText(scope.Scheme);
        writer.WriteText(scope.RootPath);
        HeaderList headers = scope.Headers;
        writer.WriteList(headers.Count);
        foreach (Header header in headers)
        {
            writer.WriteTuple(2);
            writer.WriteBytes(header.Name.Span);
            writer.WriteBytes(header.Value.Span);
        }

        WriteAddress(writer, scope.Client);
        WriteAddress(writer, scope.Server);
        writer.WriteInt32((int)(scope.Offered & Extensions));
        WriteTls(writer, scope.Tls);
        WriteState(writer, scope.StateIfAny);
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
