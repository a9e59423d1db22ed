using System.Globalization;
using System.Text.Json;
using Conformance.App;
using Perch;

namespace Conformance.Http;

/// <summary>The routes that tell what the app remembers.</summary>
internal sealed class StateRoutes(DisconnectLog disconnects)
{
    internal static Task StateAsync(HttpScope scope, Receive receive, Send send) => Reply.JsonAsync(send, Json.Write(json =>
    {
        json.WriteStartObject();
        foreach ((string name, object? value) in scope.State)
        {
            json.WritePropertyName(name);
            if (value is bool truth)
            {
                json.WriteBooleanValue(truth);
            }
            else
            {
                json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
            }
        }

        json.WriteEndObject();
    }));

    internal Task LastDisconnectAsync(HttpScope scope, Receive receive, Send send)
    {
        DisconnectRecord? record = new Query(scope.QueryString).Find("id") is { } id ? disconnects.Find(id) : null;
        return Reply.JsonAsync(send, Json.Write(json => Write(json, record)));
    }

    private static void Write(Utf8JsonWriter json, DisconnectRecord? record)
    {
        if (record is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        if (record.Code is { } code)
        {
            json.WriteNumber("code", code);
        }
        else
        {
            json.WriteNull("code");
        }

        json.WriteString("reason", record.Reason);
        json.WriteNumber("messages", record.Messages);
        json.WriteString("send_after", record.SendAfter);
        json.WriteBoolean("send_after_oserror", record.SendAfterOSError);
        json.WriteEndObject();
    }
}
