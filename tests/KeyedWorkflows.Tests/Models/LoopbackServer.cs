using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace KeyedWorkflows.Tests.Models;

/// <summary>A server on loopback that keeps each request as it came over the wire, and gives the answer that the test chose.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly Func<string, string> answer;
    private readonly X509Certificate2? certificate;
    private readonly Task accepting;
    private int connections;

    public LoopbackServer(Func<string, string>? answer = null, X509Certificate2? certificate = null)
    {
        this.certificate = certificate;
        this.answer = answer ?? (_ => Ok());
        listener.Start();
        accepting = AcceptAsync();
    }

    public Uri Address => new($"http://127.0.0.1:{EndPoint.Port}/");

    public IPEndPoint EndPoint => (IPEndPoint)listener.LocalEndpoint;

    public ConcurrentQueue<string> Requests { get; } = new();

    public int Connections => connections;

    public static string Ok(string body = "{}", params string[] headers) =>
        string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 200 OK\r\n{string.Concat(headers.Select(header => header + "\r\n"))}Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    public async ValueTask DisposeAsync()
    {
        // In this order: a listener that was stopped takes no further question, cancelled or not.
        await stop.CancelAsync();
        await accepting;
        listener.Stop();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> serving = [];
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                Interlocked.Increment(ref connections);
                serving.Add(ServeAsync(client));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var _ = client;
        await using var stream = certificate is null ? (Stream)client.GetStream() : new SslStream(client.GetStream());
        var received = new StringBuilder();
        var buffer = new byte[8192];
        try
        {
            if (stream is SslStream secure)
                await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop.Token);
            while (true)
            {
                int end;
                while ((end = EndOfRequest(received.ToString())) < 0)
                {
                    var count = await stream.ReadAsync(buffer, stop.Token);
                    if (count == 0)
                        return;
                    received.Append(Encoding.Latin1.GetString(buffer, 0, count));
                }
                var request = received.ToString(0, end);
                received.Remove(0, end);
                Requests.Enqueue(request);
                await stream.WriteAsync(Encoding.Latin1.GetBytes(answer(request)), stop.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or IOException or AuthenticationException)
        {
        }
    }

    private static int EndOfRequest(string text)
    {
        var head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (head < 0)
            return -1;
        var length = text.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))?.Split(':')[1];
        var end = head + 4 + (length is null ? 0 : int.Parse(length, CultureInfo.InvariantCulture));
        return text.Length >= end ? end : -1;
    }
}
