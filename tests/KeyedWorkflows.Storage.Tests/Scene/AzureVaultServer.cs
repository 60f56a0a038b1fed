using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace KeyedWorkflows.Storage.Tests;

/// <summary>The part of Key Vault's REST API that reads secrets, over TLS on loopback: with its challenge, and with what a test says goes wrong.</summary>
internal sealed class AzureVaultServer : IDisposable
{
    public const string Token = "token-of-the-host";

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 certificate = MakeCertificate();
    private readonly CancellationTokenSource over = new();

    public AzureVaultServer()
    {
        listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>One of its own: Azure's client remembers for all of the process where a vault's host signs in.</summary>
    public string Host { get; } = $"acme-{Guid.NewGuid():N}.vault.example";

    /// <summary>The secrets by their path: <c>name</c>, or <c>name/version</c>.</summary>
    public ConcurrentDictionary<string, JsonObject> Secrets { get; } = new();

    /// <summary>What was asked for with a sign-in.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>Where the vault says that one signs in for.</summary>
    public string Resource { get; set; } = "https://vault.example";

    /// <summary>What it answers instead: a status, and a header.</summary>
    public (int Status, string? Header)? Fault { get; set; }

    /// <summary>What it waits for before it answers.</summary>
    public Task Patience { get; set; } = Task.CompletedTask;

    /// <summary>Leads every name to this server, and takes its certificate.</summary>
    public HttpMessageHandler Handler() => new SocketsHttpHandler
    {
        UseCookies = false,
        AllowAutoRedirect = false,
        UseProxy = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown is X509Certificate2 one && one.Thumbprint == certificate.Thumbprint },
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(listener.LocalEndpoint, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    };

    public void Put(string path, string value, DateTimeOffset? expires = null) => Secrets[path] = new JsonObject
    {
        ["value"] = value,
        ["id"] = $"https://{Host}/secrets/{path}{(path.Contains('/', StringComparison.Ordinal) ? "" : "/1")}",
        ["attributes"] = new JsonObject { ["enabled"] = true, ["exp"] = expires?.ToUnixTimeSeconds() },
    };

    public void Dispose()
    {
        if (over.IsCancellationRequested)
            return;
        over.Cancel();
        listener.Dispose();
        certificate.Dispose();
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var made = new CertificateRequest("CN=vault.example", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using (made)
            return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await listener.AcceptTcpClientAsync(over.Token));
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(certificate);
                using var reader = new StreamReader(tls, Encoding.ASCII);
                while (await reader.ReadLineAsync(over.Token) is { Length: > 0 } request)
                {
                    string? authorization = null;
                    while (await reader.ReadLineAsync(over.Token) is { Length: > 0 } header)
                    {
                        if (header.StartsWith("Authorization:", StringComparison.OrdinalIgnoreCase))
                            authorization = header["Authorization:".Length..].Trim();
                    }
                    var (status, extra, body) = await AnswerAsync(request.Split(' ')[1], authorization);
                    await tls.WriteAsync(Encoding.UTF8.GetBytes($"HTTP/1.1 {status} Status\r\nContent-Type: application/json\r\n{extra}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"), over.Token);
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or IOException)
        {
            // The client went away.
        }
    }

    private async Task<(int Status, string Header, string Body)> AnswerAsync(string target, string? authorization)
    {
        await Patience.WaitAsync(over.Token);
        if (authorization is null)
            return (401, $"WWW-Authenticate: Bearer authorization=\"https://login.example/tenant\", resource=\"{Resource}\"\r\n", "{}");
        var path = target.Split('?')[0]["/secrets/".Length..].TrimEnd('/');
        Asked.Enqueue($"{path} {authorization}");
        if (Fault is { } fault)
            return (fault.Status, fault.Header is null ? "" : fault.Header + "\r\n", """{"error":{"code":"Fault","message":"words of the vault"}}""");
        return Secrets.TryGetValue(path, out var secret) ? (200, "", secret.ToJsonString()) : (404, "", """{"error":{"code":"SecretNotFound","message":"words of the vault"}}""");
    }
}
