using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Perch.AspNetCore.Http;

/// <summary>The head of a response in the form that ASP.NET Core's servers take. An event that an app caches keeps it.</summary>
internal sealed class ServerHead
{
    private readonly Field[] _fields;
    private readonly int _connectionSpecific;

    private ServerHead(Field[] fields, int connectionSpecific)
    {
        _fields = fields;
        _connectionSpecific = connectionSpecific;
    }

    /// <summary>Gives the head to the server. It sends it with the first byte of the body.</summary>
    /// <param name="head">The checked head.</param>
    /// <param name="contentLength">The length to declare, or null.</param>
    /// <param name="response">The server's response.</param>
    /// <param name="isHttp1">Whether the response is HTTP/1.x.</param>
    internal static void Apply(ResponseHead head, long? contentLength, IHttpResponseFeature response, bool isHttp1)
    {
        ServerHead form = head.ServerForm as ServerHead ?? Remember(head);
        IHeaderDictionary headers = response.Headers;
        response.StatusCode = head.Status;
        bool hasOthers = headers.Count > 0;
        foreach (ref readonly Field field in form._fields.AsSpan(isHttp1 ? 0 : form._connectionSpecific))
        {
            if (field.IsContentType)
            {
                // Nearly every response has it, and a server finds its own property faster than a name.
                headers.ContentType = field.Values;
                continue;
            }

            headers[field.Name] = hasOthers && field.IsCumulative && headers.TryGetValue(field.Name, out StringValues present)
                ? StringValues.Concat(present, field.Values)
                : field.Values;
        }

        if (contentLength is { } length)
        {
            headers.ContentLength = length;
        }
    }

    private static ServerHead Remember(ResponseHead head)
    {
        ServerHead form = Make(head.Headers);
        head.ServerForm = form;
        return form;
    }

    private static ServerHead Make(HeaderList headers)
    {
        var fields = new List<Field>(headers.Count);
        int connectionSpecific = 0;
        for (int i = 0; i < headers.Count; i++)
        {
            Header header = headers[i];
            ReadOnlySpan<byte> name = header.Name.Span;
            if (HeaderRules.Is(name, "content-length"u8) || HeaderRules.Is(name, "transfer-encoding"u8))
            {
                // Framing is the server's, from the length that the message rules worked out.
                continue;
            }

            string nameText = ServerNames.Of(header.NameText);
            int same = fields.FindIndex(field => string.Equals(field.Name, nameText, StringComparison.OrdinalIgnoreCase));
            var field = new Field(nameText, header.ValueText, IsCumulative(name), HeaderRules.Is(name, "content-type"u8));
            if (same >= 0)
            {
                fields[same] = field with { Values = StringValues.Concat(fields[same].Values, field.Values) };
            }
            else if (HeaderRules.IsConnectionSpecific(name))
            {
                // RFC 9113 §8.2.2: they make a message malformed on HTTP/2, where they have no meaning. They stand in front to be left out there.
                fields.Insert(connectionSpecific++, field);
            }
            else
            {
                fields.Add(field);
            }
        }

        return new([.. fields], connectionSpecific);
    }

    /// <summary>Fields that middleware in front of the app may have begun, and that would be lost if the app's replaced them.</summary>
    private static bool IsCumulative(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 => HeaderRules.Is(name, "vary"u8) || HeaderRules.Is(name, "link"u8),
        10 => HeaderRules.Is(name, "set-cookie"u8),
        16 => HeaderRules.Is(name, "www-authenticate"u8),
        _ => false,
    };

    private readonly record struct Field(string Name, StringValues Values, bool IsCumulative, bool IsContentType);
}
