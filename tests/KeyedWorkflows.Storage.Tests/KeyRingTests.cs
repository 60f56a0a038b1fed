using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace KeyedWorkflows.Storage.Tests;

public sealed class KeyRingTests : IDisposable
{
    private readonly StoreDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void ClearOrEphemeralRingRefusesStart()
    {
        void Clear(ProfileStorageOptions options) => options.KeyEncryptionKeyFile = null;
        void Ephemeral(ProfileStorageOptions options) => options.KeyRingPath = null;
        static Action<ProfileStorageOptions> Allowed(Action<ProfileStorageOptions> set) => options =>
        {
            set(options);
            options.AllowUnprotectedKeyRing = true;
        };

        foreach (var set in (Action<ProfileStorageOptions>[])[Clear, Ephemeral])
        {
            foreach (var environment in (string[])["Production", "Staging"])
            {
                var refused = Assert.Throws<InvalidOperationException>(() => new StoreHost(directory, set, environment));
                Assert.Contains("AllowUnprotectedKeyRing", refused.Message, StringComparison.Ordinal);
                Assert.False(File.Exists(directory.Database));
                Assert.False(Directory.Exists(directory.Ring));
            }
        }
        new StoreHost(directory, Clear, "Development").Dispose();
        new StoreHost(directory, Ephemeral, "Development").Dispose();
        new StoreHost(directory, Allowed(Clear)).Dispose();
        new StoreHost(directory, Allowed(Ephemeral)).Dispose();
        new StoreHost(directory).Dispose();
    }

    [Fact]
    public async Task The_rings_keys_are_wrapped_by_the_key_encryption_key()
    {
        using var host = new StoreHost(directory);
        await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);

        var ring = File.ReadAllText(Assert.Single(Directory.GetFiles(directory.Ring)));

        Assert.Contains("<keyEncryptionKey", ring, StringComparison.Ordinal);
        Assert.DoesNotContain("masterKey", ring, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ring_that_a_certificate_wraps_opens_with_it_alone()
    {
        using var certificate = NewCertificate();
        using var other = NewCertificate();
        using (var host = new StoreHost(directory, Wrapped(certificate)))
            await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);
        Assert.DoesNotContain("masterKey", File.ReadAllText(Assert.Single(Directory.GetFiles(directory.Ring))), StringComparison.Ordinal);

        using (var host = new StoreHost(directory, Wrapped(certificate)))
            await host.RunAsync("a");
        using (var host = new StoreHost(directory, Wrapped(other)))
            Assert.Equal(WorkflowErrorCodes.ProfileUnreadable, await host.RefusalOfRunAsync("a"));
        using (var host = new StoreHost(directory, options =>
        {
            Wrapped(other)(options);
            options.FormerKeyRingCertificates.Add(certificate);
        }))
        {
            await host.RunAsync("a");
        }

        static Action<ProfileStorageOptions> Wrapped(X509Certificate2 by) => options =>
        {
            options.KeyEncryptionKeyFile = null;
            options.KeyRingCertificate = by;
        };
    }

    [Fact]
    public async Task LostRingFailsClosed()
    {
        string id;
        using (var host = new StoreHost(directory))
            id = (await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken)).Id;
        Directory.Move(directory.Ring, directory.Ring + "-away");

        using var after = new StoreHost(directory);

        Assert.Equal(WorkflowErrorCodes.ProfileUnreadable, await after.RefusalOfRunAsync("a"));
        Assert.Equal(WorkflowErrorCodes.ProfileUnreadable, (await after.FindByIdAsync(id))!.Fault!.Code);
        Assert.Contains("Restore", (await after.FindAsync("a"))!.Fault!.Message, StringComparison.Ordinal);
        Assert.Equal(WorkflowErrorCodes.ProfileUnreadable, Assert.Single(await after.Profiles.ListAsync(cancellationToken: TestContext.Current.CancellationToken)).FaultCode);
        await after.Profiles.CreateAsync(StoreHost.Draft("b"), TestContext.Current.CancellationToken);
        await after.RunAsync("b");

        foreach (var file in Directory.GetFiles(directory.Ring + "-away"))
            File.Move(file, Path.Combine(directory.Ring, Path.GetFileName(file)));
        await after.RunAsync("a");
    }

    [Fact]
    public async Task A_wrapping_key_that_is_another_fails_closed()
    {
        using (var host = new StoreHost(directory))
            await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);

        using var after = new StoreHost(directory, options => options.KeyEncryptionKeyFile = directory.NewKeyEncryptionKey());

        Assert.Equal(WorkflowErrorCodes.ProfileUnreadable, await after.RefusalOfRunAsync("a"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("c2hvcnQ=")]
    [InlineData("not base64 at all, and not repeated")]
    public void A_wrapping_key_that_is_none_refuses_the_start(string text)
    {
        File.WriteAllText(directory.KeyEncryptionKey, text);

        var refused = Assert.Throws<InvalidOperationException>(() => new StoreHost(directory));

        Assert.Contains("openssl rand -base64 32", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not repeated", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReEncryptionKeepsProfiles()
    {
        var key = StoreHost.NewKey();
        using var other = new StoreHost(directory);
        await other.Profiles.CreateAsync(StoreHost.Draft("a", key) with { Headers = new Dictionary<string, Secret> { ["X-Team"] = Secret.From("team-" + key) } }, TestContext.Current.CancellationToken);
        await other.Profiles.CreateAsync(StoreHost.Draft("b"), TestContext.Current.CancellationToken);
        await other.RunAsync("a");
        var before = await other.Profiles.FindByNameAsync("a", TestContext.Current.CancellationToken);
        var oldKeys = Directory.GetFiles(directory.Ring);
        var wrapping = directory.NewKeyEncryptionKey();

        void Rewrapped(ProfileStorageOptions options)
        {
            options.KeyEncryptionKeyFile = wrapping;
            options.FormerKeyEncryptionKeyFiles.Add(directory.KeyEncryptionKey);
        }

        using (var host = new StoreHost(directory, Rewrapped))
        {
            var result = await host.Profiles.ReEncryptAsync(TestContext.Current.CancellationToken);
            Assert.Equal(2, result.ReEncrypted);
            Assert.Empty(result.Unreadable);
            Assert.Equal(before!.KeyFingerprint, (await host.Profiles.FindByNameAsync("a", TestContext.Current.CancellationToken))!.KeyFingerprint);
            Assert.NotEqual(before.Revision, (await host.FindAsync("a"))!.Revision);
        }

        // Nothing is left under the old keys, nor under what wrapped them.
        foreach (var file in oldKeys)
            File.Delete(file);
        using var after = new StoreHost(directory, options => options.KeyEncryptionKeyFile = wrapping);
        var profile = (await after.FindAsync("a"))!;
        Assert.Equal(Secret.From(key), await after.RunAsync("a"));
        Assert.Equal(Secret.From("team-" + key), profile.Headers["X-Team"]);
        Assert.Equal(before.KeyFingerprint, (await after.Profiles.FindByNameAsync("a", TestContext.Current.CancellationToken))!.KeyFingerprint);
        Assert.Null((await after.FindAsync("b"))!.Fault);
    }

    [Fact]
    public async Task Another_process_reads_what_was_encrypted_under_a_new_key()
    {
        var key = StoreHost.NewKey();
        using var server = new StoreHost(directory);
        using var commandLine = new StoreHost(directory);
        await server.Profiles.CreateAsync(StoreHost.Draft("a", key), TestContext.Current.CancellationToken);
        await server.RunAsync("a");

        await commandLine.Profiles.ReEncryptAsync(TestContext.Current.CancellationToken);
        server.Listen();

        Assert.Equal(Secret.From(key), await server.RunAsync("a"));
    }

    [Fact]
    public async Task ReEncryption_leaves_what_it_cannot_open_as_it_is()
    {
        using var host = new StoreHost(directory);
        var made = await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);
        await host.Profiles.CreateAsync(StoreHost.Draft("b"), TestContext.Current.CancellationToken);
        directory.Execute("UPDATE profiles SET Tenant = 'evil' WHERE Name = 'a'");

        var result = await host.Profiles.ReEncryptAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, result.ReEncrypted);
        Assert.Equal([made.Id], result.Unreadable);
        Assert.Equal(WorkflowErrorCodes.ProfileTampered, await host.RefusalOfRunAsync("a"));
        directory.Execute("UPDATE profiles SET Tenant = 'acme' WHERE Name = 'a'");
        host.Listen();
        await host.RunAsync("a");
    }

    private static X509Certificate2 NewCertificate()
    {
        using var key = RSA.Create(2048);
        return new CertificateRequest("CN=ring", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
