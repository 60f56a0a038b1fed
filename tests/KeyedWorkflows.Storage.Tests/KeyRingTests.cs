using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Xml.Linq;
using Microsoft.EntityFrameworkCore;

namespace KeyedWorkflows.Storage.Tests;

public sealed class KeyRingTests : IDisposable
{
    private readonly StoreDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void ClearOrEphemeralRingRefusesStart()
    {
        void Ephemeral(StorageOptions options) => options.KeyRingPath = null;
        static Action<StorageOptions> Allowed(Action<StorageOptions> set) => options =>
        {
            set(options);
            options.AllowUnprotectedKeyRing = true;
        };

        foreach (var set in (Action<StorageOptions>[])[Clear, Ephemeral])
        {
            foreach (var environment in (string[])["Production", "Staging"])
            {
                var refused = Assert.Throws<InvalidOperationException>(() => new StoreHost(directory, set, environment));
                Assert.Contains("AllowUnprotectedKeyRing", refused.Message, StringComparison.Ordinal);
                Assert.False(File.Exists(directory.Database));
                Assert.False(Directory.Exists(directory.Ring));
            }
        }
        new StoreHost(directory, Ephemeral, "Development").Dispose();
        new StoreHost(directory, Allowed(Ephemeral)).Dispose();
        new StoreHost(directory).Dispose();
        new StoreHost(directory, Clear, "Development").Dispose();
        new StoreHost(directory, Allowed(Clear)).Dispose();
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

        static Action<StorageOptions> Wrapped(X509Certificate2 by) => options =>
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

    /// <summary>Or whoever repeats a request after it would pay again, and every key would look like another.</summary>
    [Fact]
    public async Task The_hosts_own_keys_are_back_after_a_start_with_another_ring()
    {
        string[] names = [HostKeys.Fingerprint, HostKeys.Idempotency, HostKeys.Audit];
        byte[][] keys;
        using (var host = new StoreHost(directory))
        {
            await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);
            keys = [.. names.Select(name => host.Storage.HostKeys[name])];
        }
        var another = directory.NewKeyEncryptionKey();
        for (var start = 0; start < 2; start++)
        {
            using (var wrong = new StoreHost(directory, options => options.KeyEncryptionKeyFile = another))
                Assert.NotEqual(keys, names.Select(name => wrong.Storage.HostKeys[name]));
            using var right = new StoreHost(directory);
            Assert.Equal(keys, names.Select(name => right.Storage.HostKeys[name]));
        }
        using var context = new StoreHost(directory).Storage.Database.Open();

        // As many are aside as there are rings, however often they change.
        Assert.Equal(6, context.HostKeys.Count());
    }

    [Fact]
    public async Task A_tool_beside_the_host_writes_nothing_with_another_ring()
    {
        using (var host = new StoreHost(directory))
            await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);
        var before = Directory.GetFiles(directory.Ring).Order().ToArray();
        var another = directory.NewKeyEncryptionKey();

        var refused = Assert.Throws<InvalidOperationException>(() => new StoreHost(directory, options =>
        {
            options.KeyEncryptionKeyFile = another;
            options.IsBesideHost = true;
        }));

        Assert.Contains("opens nothing of this store", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFiles(directory.Ring).Order());
        using var after = new StoreHost(directory, static options => options.IsBesideHost = true);
        Assert.Equal(3, after.Storage.Database.Open().HostKeys.Count());
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

        void Rewrapped(StorageOptions options)
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

    [Fact]
    public async Task A_ring_with_a_clear_key_refuses_the_start_outside_development()
    {
        using (var host = new StoreHost(directory, Clear, "Development"))
            await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);
        var file = Assert.Single(Directory.GetFiles(directory.Ring));
        var secret = XElement.Load(file).Descendants("masterKey").Single().Value;

        foreach (var environment in (string[])["Production", "Staging"])
        {
            var refused = Assert.Throws<InvalidOperationException>(() => new StoreHost(directory, environment: environment));
            Assert.Contains(Path.GetFileName(file), refused.Message, StringComparison.Ordinal);
            Assert.Contains("AllowUnprotectedKeyRing", refused.Message, StringComparison.Ordinal);
            Assert.Contains("ProfileAdministration.ReEncryptAsync", refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, refused.ToString(), StringComparison.Ordinal);
        }
        Assert.Equal([file], Directory.GetFiles(directory.Ring));
        using var development = new StoreHost(directory, environment: "Development");
        await development.RunAsync("a");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_ring_that_was_made_in_clear_text_is_brought_into_production(bool byCertificate)
    {
        using var certificate = NewCertificate();
        void Wrapped(StorageOptions options)
        {
            if (!byCertificate)
                return;
            options.KeyEncryptionKeyFile = null;
            options.KeyRingCertificate = certificate;
        }

        var key = Secret.From(StoreHost.NewKey());
        string backup;
        string? fingerprint;
        using (var development = new StoreHost(directory, Clear, "Development"))
        {
            fingerprint = (await development.Profiles.CreateAsync(StoreHost.Draft("a", key.Reveal()), TestContext.Current.CancellationToken)).KeyFingerprint;
            backup = directory.Backup();
        }
        Assert.Throws<InvalidOperationException>(() => new StoreHost(directory, Wrapped));

        string aside;
        using (var host = new StoreHost(directory, options =>
        {
            Wrapped(options);
            options.AllowUnprotectedKeyRing = true;
        }))
        {
            // From the first moment nothing new goes under the key that lies in clear text.
            Assert.Equal(key, await host.RunAsync("a"));
            await host.Profiles.CreateAsync(StoreHost.Draft("b"), TestContext.Current.CancellationToken);
            Assert.True(IsClear(await KeyFileOfAsync(host, "a")));
            Assert.False(IsClear(await KeyFileOfAsync(host, "b")));

            var result = await host.Profiles.ReEncryptAsync(TestContext.Current.CancellationToken);
            Assert.Equal(2, result.ReEncrypted);
            Assert.Empty(result.Unreadable);
            aside = Assert.Single(result.SetAside);
            Assert.Empty((await host.Profiles.ReEncryptAsync(TestContext.Current.CancellationToken)).SetAside);
            Assert.Equal(key, await host.RunAsync("a"));
        }
        Assert.DoesNotContain(Directory.GetFiles(directory.Ring, "*", SearchOption.AllDirectories), IsClear);
        Assert.Equal(Path.Combine(directory.Ring, "former"), Path.GetDirectoryName(aside));

        using (var production = new StoreHost(directory, Wrapped))
        {
            Assert.Equal(key, await production.RunAsync("a"));
            await production.RunAsync("b");
            Assert.Equal(fingerprint, (await production.Profiles.FindByNameAsync("a", TestContext.Current.CancellationToken))!.KeyFingerprint);
        }

        // A backup from before needs the old key: it is moved back by hand, opens, and protects nothing.
        directory.Restore(backup);
        using (var restored = new StoreHost(directory, Wrapped))
            Assert.Equal(WorkflowErrorCodes.ProfileUnreadable, await restored.RefusalOfRunAsync("a"));
        var back = Path.Combine(directory.Ring, Path.GetFileName(aside));
        File.Move(aside, back);
        using (var restored = new StoreHost(directory, Wrapped))
        {
            Assert.Equal(key, await restored.RunAsync("a"));
            await restored.Profiles.CreateAsync(StoreHost.Draft("c"), TestContext.Current.CancellationToken);
            Assert.Equal(back, await KeyFileOfAsync(restored, "a"));
            Assert.NotEqual(back, await KeyFileOfAsync(restored, "c"));
            await restored.Profiles.ReEncryptAsync(TestContext.Current.CancellationToken);
        }
        File.Delete(back);
        using var after = new StoreHost(directory, Wrapped);
        Assert.Equal(key, await after.RunAsync("a"));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("null decryptor")]
    [InlineData("certificate without encryption")]
    [InlineData("decoy")]
    public async Task A_clear_key_that_is_put_into_a_wrapped_ring_is_never_used_and_refuses_the_next_start(string disguise)
    {
        using var planted = new PlantedKey();
        using var host = new StoreHost(directory);
        var made = await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);
        var file = planted.PutInto(directory.Ring, disguise);

        // The ring is read again.
        await host.Profiles.ReEncryptAsync(TestContext.Current.CancellationToken);
        await host.Profiles.CreateAsync(StoreHost.Draft("b"), TestContext.Current.CancellationToken);
        Assert.NotEqual(file, await KeyFileOfAsync(host, "a"));
        Assert.NotEqual(file, await KeyFileOfAsync(host, "b"));
        await host.RunAsync("b");

        // Nor is what it protects opened: it was not the store that protected it.
#pragma warning disable KW1007 // A key that is sent elsewhere is what is forged here.
        var forged = (await host.FindAsync("a"))! with { Endpoint = new Uri("https://elsewhere.example/v1") };
#pragma warning restore KW1007
        Assert.Equal(1, directory.Execute($"UPDATE profiles SET Endpoint = 'https://elsewhere.example/v1', Payload = x'{Convert.ToHexString(planted.Protect(forged))}' WHERE Id = '{made.Id}'"));
        host.Listen();
        Assert.Equal(WorkflowErrorCodes.ProfileUnreadable, await host.RefusalOfRunAsync("a"));

        Assert.Contains(Path.GetFileName(file), Assert.Throws<InvalidOperationException>(() => new StoreHost(directory)).Message, StringComparison.Ordinal);
        using (var allowed = new StoreHost(directory, options => options.AllowUnprotectedKeyRing = true))
        {
            await allowed.Profiles.CreateAsync(StoreHost.Draft("c"), TestContext.Current.CancellationToken);
            Assert.NotEqual(file, await KeyFileOfAsync(allowed, "c"));
        }
        File.Delete(file);
        using var after = new StoreHost(directory);
        await after.RunAsync("b");
    }

    [Fact]
    public async Task A_file_of_the_ring_that_is_no_key_stops_nothing()
    {
        using (var host = new StoreHost(directory))
            await host.Profiles.CreateAsync(StoreHost.Draft("a"), TestContext.Current.CancellationToken);
        File.WriteAllText(Path.Combine(directory.Ring, $"key-{Guid.NewGuid():D}.xml"), "cut o");

        using var after = new StoreHost(directory);

        await after.RunAsync("a");
    }

    [Fact]
    public async Task After_a_re_encryption_the_old_wrapping_key_may_be_lost()
    {
        var key = Secret.From(StoreHost.NewKey());
        var former = directory.NewKeyEncryptionKey();
        using (var host = new StoreHost(directory, options => options.KeyEncryptionKeyFile = former))
            await host.Profiles.CreateAsync(StoreHost.Draft("a", key.Reveal()), TestContext.Current.CancellationToken);
        using (var host = new StoreHost(directory, options => options.FormerKeyEncryptionKeyFiles.Add(former)))
            await host.Profiles.ReEncryptAsync(TestContext.Current.CancellationToken);

        // The ring's old keys still lie there, and nothing opens them any more.
        File.Delete(former);
        using var after = new StoreHost(directory);

        Assert.Equal(key, await after.RunAsync("a"));
        await after.Profiles.CreateAsync(StoreHost.Draft("b"), TestContext.Current.CancellationToken);
        await after.RunAsync("b");
        var again = await after.Profiles.ReEncryptAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, again.ReEncrypted);
        Assert.Empty(again.Unreadable);
    }

    [Fact]
    public async Task A_re_encryption_without_the_old_wrapping_key_names_what_it_leaves_and_loses_nothing()
    {
        var key = Secret.From(StoreHost.NewKey());
        var former = directory.NewKeyEncryptionKey();
        string id;
        using (var host = new StoreHost(directory, options => options.KeyEncryptionKeyFile = former))
            id = (await host.Profiles.CreateAsync(StoreHost.Draft("a", key.Reveal()), TestContext.Current.CancellationToken)).Id;
        using (var host = new StoreHost(directory))
        {
            await host.Profiles.CreateAsync(StoreHost.Draft("b"), TestContext.Current.CancellationToken);
            var result = await host.Profiles.ReEncryptAsync(TestContext.Current.CancellationToken);
            Assert.Equal(1, result.ReEncrypted);
            Assert.Equal([id], result.Unreadable);
            Assert.Equal(WorkflowErrorCodes.ProfileUnreadable, await host.RefusalOfRunAsync("a"));
            await host.RunAsync("b");
        }

        using var found = new StoreHost(directory, options => options.FormerKeyEncryptionKeyFiles.Add(former));
        Assert.Equal(key, await found.RunAsync("a"));
        Assert.Equal(2, (await found.Profiles.ReEncryptAsync(TestContext.Current.CancellationToken)).ReEncrypted);
    }

    private static void Clear(StorageOptions options) => options.KeyEncryptionKeyFile = null;

    private static bool IsClear(string keyFile) => File.ReadAllText(keyFile).Contains("<masterKey", StringComparison.Ordinal);

    /// <summary>The file of the key that protects a profile.</summary>
    private async Task<string> KeyFileOfAsync(StoreHost host, string name)
    {
        using var context = host.Storage.Database.Open();
        var row = await context.Profiles.AsNoTracking().FirstAsync(row => row.Name == name, TestContext.Current.CancellationToken);
        return Path.Combine(directory.Ring, $"key-{new Guid(row.Payload.AsSpan(4, 16)):D}.xml");
    }

    private static X509Certificate2 NewCertificate()
    {
        using var key = RSA.Create(2048);
        return new CertificateRequest("CN=ring", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
