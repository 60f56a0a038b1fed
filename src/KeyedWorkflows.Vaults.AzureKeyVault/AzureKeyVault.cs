using System.Collections.Concurrent;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.Security.KeyVault.Secrets;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Vaults;

/// <summary><c>azure-kv:https://host/secrets/name</c>: secrets of the vaults that the host lists. Safe for use from several threads.</summary>
internal sealed class AzureKeyVault : ISecretVault, IDisposable
{
    private readonly HashSet<string> hosts;
    private readonly Lazy<TokenCredential> credential;
    private readonly HttpClient http;
    private readonly ConcurrentDictionary<string, SecretClient> clients = new(StringComparer.OrdinalIgnoreCase);

    /// <exception cref="InvalidOperationException">The options name no host, or something else than one.</exception>
    public AzureKeyVault(AzureKeyVaultOptions options)
    {
        if (options.Hosts.Count == 0 || options.Hosts.Any(static host => Uri.CheckHostName(host) != UriHostNameType.Dns))
            throw new InvalidOperationException($"{nameof(AzureKeyVaultOptions)}.{nameof(options.Hosts)} names no vault, or something else than the name of a host. Name each whole, such as acme.vault.azure.net.");
        hosts = new(options.Hosts, StringComparer.OrdinalIgnoreCase);
        credential = new(() => options.Credential ?? new DefaultAzureCredential());
#pragma warning disable CA2000 // The client owns its handler.
        // Azure's pipeline lets go of an answer while it is read, where the reading is cancelled: two tenants' secrets would share a connection afterwards.
        http = new HttpClient(new BoundedAnswerHandler(options.Handler?.Invoke() ?? new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }))
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
#pragma warning restore CA2000
    }

    public string Scheme => "azure-kv";

    public string? FirstFault(string reference) =>
        !AzureKeyVaultReference.TryParse(reference, out var parsed) ? "it is not of the form azure-kv:https://host/secrets/name or azure-kv:https://host/secrets/name/version."
        : !hosts.Contains(parsed.Vault.Host) ? $"its vault is none of those that this host reads ({nameof(AzureKeyVaultOptions)}.{nameof(AzureKeyVaultOptions.Hosts)})."
        : null;

    public async Task<VaultSecret> ReadAsync(string reference, CancellationToken cancellationToken)
    {
        if (FirstFault(reference) is { } fault || !AzureKeyVaultReference.TryParse(reference, out var parsed))
            throw new SecretVaultException("The reference is not one that this host reads.");
        KeyVaultSecret read;
        try
        {
            read = await clients.GetOrAdd(parsed.Vault.Host, _ => Connect(parsed.Vault)).GetSecretAsync(parsed.Name, parsed.Version, cancellationToken).ConfigureAwait(false);
        }
        catch (RequestFailedException error)
        {
            throw Explained(error);
        }
        catch (ModelCallException)
        {
            throw new SecretVaultException("The vault's answer is longer than any secret is, and was not read. See what answers in the vault's place.");
        }
        catch (AuthenticationFailedException)
        {
            throw new SecretVaultException("The host could not sign in to Azure. See which identity it has, and that it may sign in.")
            {
                // Whether it may not, or nobody answered it, is not told apart. The vault was not asked.
                IsTransient = true,
            };
        }
        if (read.Properties.Enabled == false)
            throw new SecretVaultException("The secret is disabled in its vault. Enable it there, or refer to another.");
        return Secret.TryFrom(read.Value, out var secret)
            ? new VaultSecret(secret, read.Properties.ExpiresOn)
            : throw new SecretVaultException("The secret holds no key: a key is 1 to 4096 printable ASCII characters without spaces.");
    }

    public void Dispose() => http.Dispose();

    /// <summary>What the vault itself said may hold anything. No answer about the secret is what may pass: nothing at all, too late, too often, or a fault of its own.</summary>
    private static SecretVaultException Explained(RequestFailedException error) => new(Sentence(error.Status), RetryAfterOf(error)) { IsTransient = error.Status is 0 or 408 or 429 or >= 500 };

    private static string Sentence(int status) => status switch
    {
        401 => "The vault did not take the host's sign-in (401). See that the vault is of the tenant that the host signs in to.",
        403 => "The vault refused the host's identity (403), or the secret is disabled. Give the identity the right to get secrets, and see that the vault's firewall lets the host in.",
        404 => "The vault has no such secret, or no such version (404). Create it, or refer to another.",
        429 => "The vault was asked too often (429). It is asked again when it says.",
        0 => "The vault could not be reached. See that its name is known and its port open to the host.",
        _ => $"The vault answered with {status}. See the state of the vault.",
    };

    private static TimeSpan? RetryAfterOf(RequestFailedException error) =>
        error.GetRawResponse() is { } response && response.Headers.TryGetValue("Retry-After", out var text) && int.TryParse(text, out var seconds) && seconds >= 0 ? TimeSpan.FromSeconds(seconds) : null;

    private SecretClient Connect(Uri vault)
    {
        var options = new SecretClientOptions
        {
            // Who asks has a time of its own, and leaves a vault alone that failed.
            Retry = { MaxRetries = 0 },
            Transport = new HttpClientTransport(http),
            Diagnostics = { IsLoggingContentEnabled = false, IsTelemetryEnabled = false },
        };
        return new SecretClient(vault, credential.Value, options);
    }
}
