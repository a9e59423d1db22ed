using System.Text;

namespace Perch.Http.WebSockets.Compression;

/// <summary>Chooses among the extensions that a client offers (RFC 6455 §9.1, RFC 7692 §5 and §7.1).</summary>
internal static class DeflateNegotiation
{
    private const string ExtensionName = "permessage-deflate";
    private const string ServerNoContextTakeover = "server_no_context_takeover";
    private const string ClientNoContextTakeover = "client_no_context_takeover";
    private const string ServerMaxWindowBits = "server_max_window_bits";
    private const string ClientMaxWindowBits = "client_max_window_bits";
    private const int LargestWindowBits = 15;

    /// <summary>Takes the first offer of permessage-deflate that can be agreed to; without one there is no compression.</summary>
    /// <param name="fields">The values of <c>Sec-WebSocket-Extensions</c>, one for each field, in order; none if there is no field.</param>
    /// <param name="options">What the server wants.</param>
    /// <param name="agreement">What is agreed on; null for no compression.</param>
    /// <param name="response">The value of the response's <c>Sec-WebSocket-Extensions</c>; null without an agreement.</param>
    /// <returns>False if the fields are not by the grammar: the handshake is to be refused with 400 (RFC 6455 §9.1).</returns>
    internal static bool TryNegotiate(
        IEnumerable<string> fields, WebSocketGatewayOptions options, out DeflateAgreement? agreement, out string? response)
    {
        agreement = null;
        response = null;
        List<ExtensionOffer>? offers = null;
        foreach (string field in fields)
        {
            if (!ExtensionList.TryRead(field, offers ??= []))
            {
                return false;
            }
        }

        if (offers is null)
        {
            return true;
        }

        if (options.PerMessageDeflate)
        {
            foreach (ExtensionOffer offer in offers)
            {
                if (Accept(offer, options) is { } accepted)
                {
                    agreement = accepted;
                    response = Response(accepted, offer);
                    break;
                }
            }
        }

        // RFC 6455 §9.1: 1#extension.
        return offers.Count > 0;
    }

    /// <summary>
    /// RFC 7692 §7: an offer with a parameter that is unknown, repeated, or has a value it may not have is declined, and the next one looked at.
    /// </summary>
    private static DeflateAgreement? Accept(ExtensionOffer offer, WebSocketGatewayOptions options)
    {
        if (offer.Name != ExtensionName || offer.Parameters.DistinctBy(parameter => parameter.Key).Count() != offer.Parameters.Count)
        {
            return null;
        }

        bool serverNoContext = !options.DeflateContextTakeover;
        bool clientNoContext = !options.DeflateContextTakeover;
        int serverBits = options.DeflateWindowBits;
        foreach ((string name, string? value) in offer.Parameters)
        {
            switch (name)
            {
                case ServerNoContextTakeover when value is null:
                    serverNoContext = true;
                    break;
                case ClientNoContextTakeover when value is null:
                    // §7.1.1.2: a hint. It is taken: a window less to keep.
                    clientNoContext = true;
                    break;
                case ServerMaxWindowBits when WindowBits(value) is { } bits:
                    serverBits = Math.Min(serverBits, bits);
                    break;
                case ClientMaxWindowBits when value is null || WindowBits(value) is not null:
                    // §7.1.2.2: a hint, and leave to ask for a smaller window. Inflating takes 32 KiB whatever the window is.
                    break;
                default:
                    return null;
            }
        }

        return new DeflateAgreement(serverNoContext, clientNoContext, serverBits);
    }

    /// <summary>RFC 7692 §7.1.2: 8 to 15, without leading zeros.</summary>
    private static int? WindowBits(string? value) => value switch
    {
        "8" => 8,
        "9" => 9,
        ['1', >= '0' and <= '5'] => 10 + value[1] - '0',
        _ => null,
    };

    private static string Response(DeflateAgreement agreement, ExtensionOffer offer)
    {
        var response = new StringBuilder(ExtensionName);
        if (agreement.ServerNoContextTakeover)
        {
            response.Append("; ").Append(ServerNoContextTakeover);
        }

        if (agreement.ClientNoContextTakeover)
        {
            response.Append("; ").Append(ClientNoContextTakeover);
        }

        // §7.1.2.1: it is in the answer to an offer that has it, the largest window as well.
        if (agreement.ServerMaxWindowBits < LargestWindowBits || offer.Parameters.Any(parameter => parameter.Key == ServerMaxWindowBits))
        {
            response.Append("; ").Append(ServerMaxWindowBits).Append('=').Append(agreement.ServerMaxWindowBits);
        }

        return response.ToString();
    }
}
