using System.Text;
using System.Text.RegularExpressions;
using Perch.Python.Tests.Support;

namespace Perch.Python.Tests.Frameworks;

/// <summary>Asks Perch and uvicorn the same, and compares what they answer, field by field.</summary>
internal static partial class Agreement
{
    /// <summary>
    /// What is each server's own: its name, its clock, how it frames a body whose length is not declared. Everything else is the app's.
    /// </summary>
    private static readonly string[] Own = ["server", "date", "transfer-encoding", "connection"];

    /// <summary>One request.</summary>
    internal sealed record Question(string Method, string Path, string? Body = null, string? ContentType = null, params (string Name, string Value)[] Headers);

    internal static async Task CheckAsync(PythonServer perch, UvicornServer uvicorn, params Question[] questions)
    {
        foreach (Question question in questions)
        {
            string expected = await AskAsync(uvicorn.Client, question);
            string actual = await AskAsync(perch.Client, question);
            Assert.True(expected == actual, $"{question.Method} {question.Path}\nuvicorn:\n{expected}\nPerch:\n{actual}");
        }
    }

    private static async Task<string> AskAsync(HttpClient client, Question question)
    {
        using var request = new HttpRequestMessage(new HttpMethod(question.Method), question.Path);
        request.Headers.Host = "example.test";
        foreach ((string name, string value) in question.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (question.Body is { } body)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.TryAddWithoutValidation("content-type", question.ContentType ?? "text/plain");
        }

        using HttpResponseMessage response = await client.SendAsync(request).Within($"the answer to {question.Path}");
        IEnumerable<string> fields = response.Headers.Concat(response.Content.Headers)
            .SelectMany(field => field.Value.Select(value => $"{field.Key.ToLowerInvariant()}: {value}"))
            .Where(field => !Own.Contains(field[..field.IndexOf(':', StringComparison.Ordinal)]))
            .Order(StringComparer.Ordinal);
        string content = await response.Content.ReadAsStringAsync();

        // Ports and tokens differ from run to run.
        return Varying().Replace($"{(int)response.StatusCode}\n{string.Join('\n', fields)}\n\n{content}", "*");
    }

    [GeneratedRegex(@"(?<=csrftoken=)\w+|(?<=expires=)[^;]+|^\w{64}$|(?<=sessionid=)[^;]+", RegexOptions.Multiline)]
    private static partial Regex Varying();
}
