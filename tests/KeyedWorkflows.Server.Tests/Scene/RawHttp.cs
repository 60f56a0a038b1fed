using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace KeyedWorkflows.Server.Tests.Scene;

/// <summary>Sends bytes that no client would send.</summary>
internal static class RawHttp
{
    /// <summary>Sends all, and reads until the server closes, or has said nothing for a while.</summary>
    public static async Task<string> SendAsync(Uri address, byte[] bytes, TimeSpan? patience = null)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, address.Port, TestContext.Current.CancellationToken);
        await using var stream = tcp.GetStream();
        try
        {
            await stream.WriteAsync(bytes, TestContext.Current.CancellationToken);
        }
        catch (IOException)
        {
            // Closed before all was taken: what it said is read below.
        }
        var text = new StringBuilder();
        var buffer = new byte[16 * 1024];
        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        quiet.CancelAfter(patience ?? TimeSpan.FromSeconds(15));
        try
        {
            int read;
            while ((read = await stream.ReadAsync(buffer, quiet.Token)) > 0)
                text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        catch (Exception error) when (error is IOException or OperationCanceledException)
        {
            // What came is what came.
        }
        return text.ToString();
    }

    /// <summary>A POST with headers of the test's own, and a connection that ends after it.</summary>
    public static byte[] Post(string path, string token, byte[] body, string headers = "", bool withLength = true) =>
    [
        .. Encoding.Latin1.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n{(headers.Contains("Content-Type", StringComparison.OrdinalIgnoreCase) ? "" : "Content-Type: application/json\r\n")}{(withLength ? $"Content-Length: {body.Length}\r\n" : "")}{headers}\r\n")),
        .. body,
    ];

    public static int StatusOf(string answer) => answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(answer.AsSpan(9, 3), CultureInfo.InvariantCulture) : 0;

    public static string BodyOf(string answer) => answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) is > 0 and var at ? answer[(at + 4)..] : "";
}
