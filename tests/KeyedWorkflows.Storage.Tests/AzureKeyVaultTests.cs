using System.Net;
using Azure.Core;
using Azure.Identity;
using KeyedWorkflows.Vaults;

namespace KeyedWorkflows.Storage.Tests;

/// <summary>Secrets of Azure Key Vault, from a double of its REST API.</summary>
public sealed class AzureKeyVaultTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly AzureVaultServer server = new();

    private string Reference => $"https://{server.Host}/secrets/client-a";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => server.Dispose();

    [Fact]
    public async Task A_secret_pays_and_a_new_version_of_it_follows()
    {
        using var directory = new StoreDirectory();
        var (first, second, pinned) = (StoreHost.NewKey(), StoreHost.NewKey(), StoreHost.NewKey());
        server.Put("client-a", first);
        server.Put("client-a/0f1e2d3c", pinned);
        using var vault = Vault();
        using var host = new StoreHost(directory, static options => options.SecretReferences.CacheFor = TimeSpan.FromSeconds(2), vaults: vault);
        await host.Profiles.CreateAsync(StoreHost.Draft("a") with { ApiKey = null, KeyReference = "azure-kv:" + Reference }, Cancel);
        await host.Profiles.CreateAsync(StoreHost.Draft("pinned") with { ApiKey = null, KeyReference = $"azure-kv:{Reference}/0f1e2d3c" }, Cancel);

        Assert.Equal(Secret.From(first), await host.RunAsync("a"));
        Assert.Equal(Secret.From(pinned), await host.RunAsync("pinned"));
        server.Put("client-a", second);
        host.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(Secret.From(second), await host.RunAsync("a"));

        Assert.Equal(["client-a", "client-a/0f1e2d3c", "client-a"], server.Asked.Select(static asked => asked.Split(' ')[0]));
        Assert.All(server.Asked, static asked => Assert.EndsWith(" Bearer " + AzureVaultServer.Token, asked, StringComparison.Ordinal));
        Assert.All([first, second, pinned], key => Assert.Null(Canary.In(host.Log.Text, key)));
    }

    [Theory]
    [InlineData(401, null, "(401)", null, false)]
    [InlineData(403, null, "right to get secrets", null, false)]
    [InlineData(404, null, "no such secret", null, false)]
    [InlineData(429, "Retry-After: 7", "asked too often", 7, true)]
    [InlineData(500, null, "answered with 500", null, true)]
    [InlineData(503, "Retry-After: 3", "answered with 503", 3, true)]
    [InlineData(302, "Location: https://elsewhere.example/", "answered with 302", null, false)]
    public async Task What_a_vault_refuses_is_told_with_its_cure_and_without_its_words(int status, string? header, string told, int? seconds, bool mayPass)
    {
        server.Put("client-a", StoreHost.NewKey());
        server.Fault = (status, header);
        using var vault = Vault();

        var error = await Assert.ThrowsAsync<SecretVaultException>(() => vault.ReadAsync(Reference, Cancel));

        Assert.Contains(told, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("words of the vault", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("client-a", error.Message, StringComparison.Ordinal);
        Assert.Equal((seconds, mayPass), (error.RetryAfter?.TotalSeconds, error.IsTransient));
        Assert.Null(error.InnerException);
        Assert.InRange(server.Asked.Count, 1, 2);
    }

    [Fact]
    public async Task An_answer_that_is_longer_than_any_secret_is_not_read()
    {
        server.Put("client-a", new string('a', BoundedContent.MaxBytes));
        using var vault = Vault();

        var error = await Assert.ThrowsAsync<SecretVaultException>(() => vault.ReadAsync(Reference, Cancel));

        Assert.Contains("longer than any secret", error.Message, StringComparison.Ordinal);
        Assert.Null(error.InnerException);
    }

    /// <summary>Azure's pipeline lets go of an answer while it is read, where the reading is cancelled: .NET's own stream would give its connection back twice, and two tenants' secrets would share it.</summary>
    [Fact]
    public async Task An_answer_whose_reading_is_cancelled_is_let_go_when_the_reading_has_ended_and_once()
    {
        using var body = new HeldBody();
        using var vault = Vault(handler: () => new SecretOf(body));
        using var leaves = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var reading = vault.ReadAsync(Reference, leaves.Token);
        await body.IsRead.WaitAsync(Patience, Cancel);

        await leaves.CancelAsync();
        Assert.Equal(0, body.Disposals);
        body.End();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.WaitAsync(Patience, Cancel));
        Assert.Equal((1, false), (body.Disposals, body.WasLetGoWhileRead));
    }

    [Fact]
    public async Task A_vault_that_is_slow_or_down_is_an_error_of_its_own_profile()
    {
        using var directory = new StoreDirectory();
        var slow = new TaskCompletionSource();
        server.Put("client-a", StoreHost.NewKey());
        server.Patience = slow.Task;
        using var vault = Vault();
        using var host = new StoreHost(directory, vaults: vault);
        await host.Profiles.CreateAsync(StoreHost.Draft("a") with { ApiKey = null, KeyReference = "azure-kv:" + Reference }, Cancel);
        await host.Profiles.CreateAsync(StoreHost.Draft("other"), Cancel);

        var run = host.RefusalOfRunAsync("a");
        await host.RunAsync("other");
        while (!run.IsCompleted)
        {
            host.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        Assert.Equal(WorkflowErrorCodes.SecretUnavailable, await run);

        server.Dispose();
        var down = await Assert.ThrowsAsync<SecretVaultException>(() => vault.ReadAsync(Reference, Cancel));
        Assert.Contains("could not be reached", down.Message, StringComparison.Ordinal);
        Assert.True(down.IsTransient);
    }

    [Fact]
    public async Task A_vault_of_another_domain_is_not_signed_in_to()
    {
        server.Put("client-a", StoreHost.NewKey());
        server.Resource = "https://elsewhere.example";
        using var vault = Vault();

        await Assert.ThrowsAsync<InvalidOperationException>(() => vault.ReadAsync(Reference, Cancel));

        Assert.Empty(server.Asked);
    }

    [Fact]
    public async Task A_host_that_cannot_sign_in_and_secrets_that_are_none_are_told()
    {
        server.Put("client-a", "two words");
        using var vault = Vault();
        var none = await Assert.ThrowsAsync<SecretVaultException>(() => vault.ReadAsync(Reference, Cancel));
        Assert.Contains("holds no key", none.Message, StringComparison.Ordinal);

        server.Put("client-a", StoreHost.NewKey());
        server.Secrets["client-a"]["attributes"]!["enabled"] = false;
        var disabled = await Assert.ThrowsAsync<SecretVaultException>(() => vault.ReadAsync(Reference, Cancel));
        Assert.Contains("disabled", disabled.Message, StringComparison.Ordinal);
        Assert.False(none.IsTransient || disabled.IsTransient);

        using var stranger = Vault(new SignIn(static () => throw new AuthenticationFailedException("words of Azure")));
        var error = await Assert.ThrowsAsync<SecretVaultException>(() => stranger.ReadAsync(Reference, Cancel));
        Assert.Contains("could not sign in", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("words of Azure", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_time_of_a_secret_is_told()
    {
        var end = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 60);
        server.Put("client-a", StoreHost.NewKey(), end);
        using var vault = Vault();

        Assert.Equal(end, (await vault.ReadAsync(Reference, Cancel)).ExpiresAt);
    }

    [Theory]
    [InlineData("https://other.vault.example/secrets/client-a")]
    [InlineData("https://acme.vault.example.evil.example/secrets/client-a")]
    [InlineData("http://acme.vault.example/secrets/client-a")]
    [InlineData("https://acme.vault.example:444/secrets/client-a")]
    [InlineData("https://user@acme.vault.example/secrets/client-a")]
    [InlineData("https://acme.vault.example@evil.example/secrets/client-a")]
    [InlineData("https://acme.vault.example/secrets/client-a?x=1")]
    [InlineData("https://acme.vault.example/secrets/client-a#x")]
    [InlineData("https://acme.vault.example/secrets/client-a/")]
    [InlineData("https://acme.vault.example/secrets/client-a/1/2")]
    [InlineData("https://acme.vault.example/secrets/../keys/client-a")]
    [InlineData("https://acme.vault.example/secrets/%2e%2e")]
    [InlineData("https://acme.vault.example/keys/client-a")]
    [InlineData("https://acme.vault.example//secrets/client-a")]
    [InlineData("https://acme.vault.example\\secrets\\client-a")]
    [InlineData("https://127.0.0.1/secrets/client-a")]
    [InlineData("secrets/client-a")]
    [InlineData("")]
    public async Task References_to_anything_else_are_refused(string reference)
    {
        using var vault = Vault();

        Assert.NotNull(vault.FirstFault(reference));
        await Assert.ThrowsAsync<SecretVaultException>(() => vault.ReadAsync(reference, Cancel));
        Assert.Empty(server.Asked);
    }

    [Fact]
    public void Hosts_are_named_whole()
    {
        Assert.Throws<InvalidOperationException>(static () => new AzureKeyVault(new AzureKeyVaultOptions()));
        foreach (var host in (string[])["https://acme.vault.example", "*.vault.example", "127.0.0.1", ""])
        {
            var options = new AzureKeyVaultOptions();
            options.Hosts.Add(host);
            Assert.Throws<InvalidOperationException>(() => new AzureKeyVault(options));
        }
    }

    private AzureKeyVault Vault(TokenCredential? credential = null, Func<HttpMessageHandler>? handler = null)
    {
        var options = new AzureKeyVaultOptions { Credential = credential ?? new SignIn(static () => AzureVaultServer.Token), Handler = handler ?? server.Handler };
        options.Hosts.Add(server.Host);
        options.Hosts.Add("acme.vault.example");
        return new AzureKeyVault(options);
    }

    private sealed class SignIn(Func<string> token) : TokenCredential
    {
        public override Azure.Core.AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(token(), DateTimeOffset.UtcNow.AddHours(1));

        public override ValueTask<Azure.Core.AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => new(GetToken(requestContext, cancellationToken));
    }

    /// <summary>Says where to sign in, and answers who did with a body.</summary>
    private sealed class SecretOf(Stream body) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var answer = new HttpResponseMessage { RequestMessage = request };
            if (request.Headers.Authorization is not null)
            {
                answer.Content = new StreamContent(body);
                return Task.FromResult(answer);
            }
            answer.StatusCode = HttpStatusCode.Unauthorized;
            answer.Headers.WwwAuthenticate.ParseAdd("Bearer authorization=\"https://login.example/tenant\", resource=\"https://vault.example\"");
            return Task.FromResult(answer);
        }
    }

    /// <summary>A body whose reading ends when a test says so, as that of a connection may: some time after it was cancelled.</summary>
    private sealed class HeldBody : Stream
    {
        private readonly TaskCompletionSource read = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int readers;
        private int disposals;
        private bool wasLetGoWhileRead;

        /// <summary>Whether somebody reads it.</summary>
        public Task IsRead => read.Task;

        public int Disposals => Volatile.Read(ref disposals);

        public bool WasLetGoWhileRead => Volatile.Read(ref wasLetGoWhileRead);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public void End() => end.SetResult();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Interlocked.Increment(ref readers);
            read.TrySetResult();
            await end.Task;
            Interlocked.Decrement(ref readers);
            cancellationToken.ThrowIfCancellationRequested();
            return 0;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (Volatile.Read(ref readers) > 0)
                Volatile.Write(ref wasLetGoWhileRead, true);
            Interlocked.Increment(ref disposals);
            base.Dispose(disposing);
        }
    }
}
