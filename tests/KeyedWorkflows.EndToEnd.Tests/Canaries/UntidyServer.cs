using System.Net;
using System.Net.Sockets;
using System.Text;

namespace KeyedWorkflows.EndToEnd.Tests.Canaries;

/// <summary>A provider that speaks broken HTTP, and puts the key that it was sent wherever an answer has room: <c>/0/v1</c> is the address of the first of its answers.</summary>
internal sealed class UntidyServer : IAsyncDisposable
{
    /// <summary>What is sent for a key and the headers of a request, with the connection closed behind it.</summary>
    private static readonly Func<string, string, string>[] Answers =
    [
        static (key, _) => $"HTTP/1.1 401 {key}\r\nContent-Length: 0\r\n\r\n",
        static (key, _) => $"HTTP/1.1 {key}\r\n\r\n",
        static (key, _) => $"{key}\r\n\r\n",
        static (key, _) => $"HTTP/1.1 200 OK\r\n{key}\r\n\r\n",
        static (_, head) => $"HTTP/1.1 200 OK\r\n{head.ReplaceLineEndings(" ")}\r\n\r\n",
        static (key, _) => $"HTTP/1.1 200 OK\r\nContent-Type: {key}\r\nContent-Length: 2\r\n\r\n{{}}",
        static (key, _) => $"HTTP/1.1 200 OK\r\nContent-Length: {key}\r\n\r\n{{}}",
        static (key, _) => $"HTTP/1.1 200 OK\r\nContent-Encoding: {key}\r\nContent-Length: 2\r\n\r\n{{}}",
        static (key, _) => $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n{key}\r\n{{}}\r\n",
        static (key, _) => $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: text/event-stream\r\n\r\n6\r\ndata: \r\n{key}",
        static (key, _) => $"HTTP/1.1 307 Moved\r\nLocation: http://127.0.0.1:9/{Uri.EscapeDataString(key)}\r\nContent-Length: 0\r\n\r\n",
        static (key, _) => $"HTTP/1.1 429 Wait\r\nRetry-After: {key}\r\nretry-after-ms: {key}\r\nContent-Length: 0\r\n\r\n",
        static (key, _) => $"HTTP/1.1 401 No\r\nWWW-Authenticate: Bearer realm=\"{key}\"\r\nSet-Cookie: k={key}\r\nContent-Length: 0\r\n\r\n",
        static (key, _) => $"HTTP/1.1 500 No\r\nx-request-id: {key}\r\nContent-Length: 0\r\n\r\n",
        static (key, _) => $"HTTP/1.1 500 No\r\nx-request-id: req-{key[1..8]}\r\nContent-Length: 0\r\n\r\n",
        static (key, _) => $"HTTP/1.1 500 No\r\nx-request-id: {Convert.ToHexStringLower(Encoding.ASCII.GetBytes(key))}\r\nContent-Length: 0\r\n\r\n",
        static (key, _) => $"HTTP/1.1 500 No\r\nx-request-id: {Convert.ToBase64String(Encoding.ASCII.GetBytes(key)).Replace('+', '-').Replace('/', '_').TrimEnd('=')}\r\nContent-Length: 0\r\n\r\n",
        static (key, _) => Json(200, $"{{\"id\":{JsonText(key)},\"object\":{JsonText(key)},\"created\":{JsonText(key)},\"choices\":{JsonText(key)}}}"),
        static (key, _) => Json(200, $"{{\"choices\":[{{\"index\":0,\"finish_reason\":{JsonText(key)},\"message\":{{\"role\":{JsonText(key)},\"content\":7}}}}]}}"),
        static (key, _) => Json(400, $"{{\"error\":{{\"message\":{JsonText(key)},\"code\":{JsonText(key)},\"param\":{JsonText(key)},\"type\":{JsonText(key)}}}}}"),
        static (key, _) => Json(400, $"{{\"error\":{JsonText(key)}}}"),
        static (key, _) => $"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: {{\"error\":{{\"message\":{JsonText(key)},\"code\":{JsonText(key)}}}}}\n\nevent: {key}\ndata: {key}\n\n",
    ];

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stopping = new();
    private readonly Task serving;

    public UntidyServer()
    {
        listener.Start();
        serving = ServeAsync();
    }

    public static int Count => Answers.Length;

    public Uri EndpointOf(int answer) => new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/{answer}/v1");

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        listener.Stop();
        await serving;
        stopping.Dispose();
    }

    private static string JsonText(string text) => $"\"{System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";

    private static string Json(int status, string body) => $"HTTP/1.1 {status} OK\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    private async Task ServeAsync()
    {
        List<Task> answers = [];
        try
        {
            while (true)
                answers.Add(AnswerAsync(await listener.AcceptTcpClientAsync(stopping.Token)));
        }
        catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(answers);
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var head = await ReadAsync(client.GetStream());
                var answer = int.Parse(head.Split('/')[1], System.Globalization.CultureInfo.InvariantCulture);
                var key = head.Split("\r\n").First(static line => line.StartsWith("Authorization: Bearer ", StringComparison.OrdinalIgnoreCase))["Authorization: Bearer ".Length..];
                await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(Answers[answer](key, head)), stopping.Token);
                client.Client.Shutdown(SocketShutdown.Send);
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException or SocketException)
            {
                // The client has left, or the test is over.
            }
        }
    }

    /// <summary>Reads the whole request: a connection that is closed on unread bytes is reset, and takes the answer with it.</summary>
    private async Task<string> ReadAsync(NetworkStream stream)
    {
        var buffer = new byte[64 * 1024];
        var length = 0;
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), stopping.Token);
            if (read == 0)
                throw new IOException("The request broke off.");
            length += read;
            var text = Encoding.Latin1.GetString(buffer, 0, length);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0)
                continue;
            var head = text[..end];
            var declared = head.Split("\r\n").FirstOrDefault(static line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase));
            if (declared is null ? text.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal) || text.EndsWith("0\r\n\r\n", StringComparison.Ordinal) : length - end - 4 >= int.Parse(declared.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture))
                return head;
        }
    }
}
