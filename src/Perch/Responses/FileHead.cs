namespace Perch;

/// <summary>Makes the start of the response to a request for a file.</summary>
internal static class FileHead
{
    internal static HttpResponseStart Of(FileAnswer answer, FileValidators validators, long length, string contentType, HeaderList? given)
    {
        bool hasFile = answer.Status is 200 or 206;
        var headers = new List<Header>();
        foreach (Header header in given ?? HeaderList.Empty)
        {
            if (!IsOwn(header) && (hasFile || !DescribesContent(header)))
            {
                headers.Add(header);
            }
        }

        if (answer.Status is 200 or 206 or 304)
        {
            // RFC 9110 §15.4.5: 304 has the fields that 200 would have had, as far as they steer caches.
            AddMissing(headers, "etag", validators.ETag);
            if (validators.LastModified is { } date)
            {
                AddMissing(headers, "last-modified", HttpDates.Format(date));
            }
        }

        if (hasFile)
        {
            AddMissing(headers, "content-type", contentType);
        }

        if (answer.Status is 200 or 206 or 416)
        {
            AddMissing(headers, "accept-ranges", "bytes");
        }

        if (answer.Status == 206)
        {
            headers.Add(("content-range", $"bytes {answer.Offset}-{answer.Offset + answer.Count - 1}/{length}"));
        }
        else if (answer.Status == 416)
        {
            // §14.4: how long the file is, so that the client can ask again.
            headers.Add(("content-range", $"bytes */{length}"));
        }

        if (answer.Status != 304)
        {
            headers.Add(("content-length", ResponseParts.Text(answer.Count)));
        }

        return new HttpResponseStart(answer.Status, [.. headers]);
    }

    private static bool IsOwn(Header header) => header.Is("content-length") || header.Is("content-range");

    private static bool DescribesContent(Header header) =>
        header.Is("content-type") || header.Is("content-encoding") || header.Is("content-language") || header.Is("content-disposition");

    private static void AddMissing(List<Header> headers, string name, string value)
    {
        if (!headers.Exists(header => header.Is(name)))
        {
            headers.Add((name, value));
        }
    }
}
