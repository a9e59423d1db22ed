using System.Net;
using System.Text;
using Perch.Python.Tests.Support;

namespace Perch.Python.Tests.Samples;

/// <summary>samples/Migration: two kinds of route, one host.</summary>
public sealed class MigrationTests
{
    [PythonFact("fastapi")]
    public async Task Routes_OfBothKindsShareAuthenticationLogAndMetrics()
    {
        await using SampleProcess sample = await SampleProcess.StartAsync("Migration", "--urls", "http://127.0.0.1:0", "--Python:Workers", "2");
        HttpClient client = sample.Client;
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, "/items/1"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, "/items"));

        client.DefaultRequestHeaders.Add("Authorization", "Key ada");
        client.DefaultRequestHeaders.Add("X-User", "mallory");
        Assert.Equal("""{"name":"lamp","price":20,"servedBy":"C#"}""", await client.GetStringAsync(new Uri("/items/1", UriKind.Relative)));
        Assert.Contains("table", await client.GetStringAsync(new Uri("/items", UriKind.Relative)), StringComparison.Ordinal);
        using var order = new StringContent("""{"item": 1, "count": 2}""", Encoding.UTF8, "application/json");
        using HttpResponseMessage ordered = await client.PostAsync(new Uri("/orders", UriKind.Relative), order);
        Assert.Equal("""{"user":"ada","total":40.0}""", await ordered.Content.ReadAsStringAsync());
        await Eventually.True(() => sample.Output.Contains("ada orders 2 of item 1", StringComparison.Ordinal), "the app's line in the host's log");

        // A request is counted behind its answer.
        string metrics = "";
        await Eventually.True(
            () => (metrics = client.GetStringAsync(new Uri("/metrics", UriKind.Relative)).Result).Contains("requests{route=\"/{**gatewayPath}\",status=\"201\"} 1", StringComparison.Ordinal),
            "the request that was answered with 201, among the metrics");
        Assert.Contains("requests{route=\"/items/{item:int}\",status=\"200\"} 1", metrics, StringComparison.Ordinal);
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using HttpResponseMessage response = await client.GetAsync(new Uri(path, UriKind.Relative));
        return response.StatusCode;
    }
}
