using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Perch.Server.Tests.Workers;

/// <summary>
/// Clients that send one request after the other on connections that they keep, and leave one only when they are told to. They try nothing
/// twice: a request that gets no answer has failed.
/// </summary>
internal sealed class Load : IAsyncDisposable
{
    private const int Clients = 8;

    private readonly Uri _address;
    private readonly CancellationTokenSource _end = new();
    private readonly Task[] _clients;
    private readonly ConcurrentDictionary<int, long> _answers = new();
    private readonly ConcurrentQueue<string> _failures = new();

    internal Load(Uri address)
    {
        _address = address;
        _clients = [.. Enumerable.Range(0, Clients).Select(_ => Task.Run(RunAsync))];
    }

    /// <summary>The answers so far.</summary>
    internal long Count => _answers.Values.Sum();

    /// <summary>The processes that have answered.</summary>
    internal IReadOnlyCollection<int> Processes => [.. _answers.Keys];

    /// <summary>What went wrong.</summary>
    internal IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Ends when its requests have been answered.</summary>
    internal async Task EndAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_clients);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _end.Dispose();
    }

    private async Task RunAsync()
    {
        byte[] buffer = new byte[4096];
        Socket? socket = null;
        while (!_end.IsCancellationRequested)
        {
            try
            {
                if (socket is null)
                {
                    socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                    await socket.ConnectAsync(_address.Host, _address.Port);
                }

                await socket.SendAsync("GET /pid HTTP/1.1\r\nhost: h\r\n\r\n"u8.ToArray());
                string answer = await ReadAsync(socket, buffer);
                int process = int.Parse(answer[(answer.LastIndexOf('\n') + 1)..], CultureInfo.InvariantCulture);
                _answers.AddOrUpdate(process, 1, static (_, count) => count + 1);
                if (answer.Contains("connection: close", StringComparison.OrdinalIgnoreCase))
                {
                    socket.Dispose();
                    socket = null;
                }
            }
            catch (Exception exception) when (exception is SocketException or EndOfStreamException or FormatException)
            {
                _failures.Enqueue(exception.Message);
                socket?.Dispose();
                socket = null;
            }
        }

        socket?.Dispose();
    }

    /// <summary>Reads one answer, whose length is declared.</summary>
    private static async Task<string> ReadAsync(Socket socket, byte[] buffer)
    {
        int length = 0;
        while (true)
        {
            int read = await socket.ReceiveAsync(buffer.AsMemory(length));
            if (read == 0)
            {
                throw new EndOfStreamException($"The connection ended after {length} bytes of an answer.");
            }

            length += read;
            string text = Encoding.Latin1.GetString(buffer, 0, length);
            int head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            const string Field = "content-length: ";
            int field = text.IndexOf(Field, StringComparison.OrdinalIgnoreCase);
            if (head > 0 && field > 0)
            {
                int end = text.IndexOf('\r', field);
                if (length == head + 4 + int.Parse(text[(field + Field.Length)..end], CultureInfo.InvariantCulture))
                {
                    return text;
                }
            }
        }
    }
}
