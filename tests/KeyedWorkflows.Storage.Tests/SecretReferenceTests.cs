using System.Diagnostics;

namespace KeyedWorkflows.Storage.Tests;

/// <summary>A profile may say where its key lies instead of holding it: within what the host allows, and never longer than it allows.</summary>
public sealed class SecretReferenceTests : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(10);

    private readonly StoreDirectory directory = new();

    private string Secrets => Own(Path.Combine(directory.Root, "secrets"));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => directory.Dispose();

    /// <summary>Rule 23: administration cannot drain keys, nor anything else that the host may read.</summary>
    [Fact]
    public async Task EnvAndFileReferencesStayInsideAllowList()
    {
        var name = SecretReferenceOptions.EnvironmentPrefix + Guid.NewGuid().ToString("N");
        var (ofVariable, ofFile) = (StoreHost.NewKey(), StoreHost.NewKey());
        Environment.SetEnvironmentVariable(name, ofVariable);
        Environment.SetEnvironmentVariable("OTHER_" + name, StoreHost.NewKey());
        var outside = Path.Combine(directory.Root, "outside");
        File.WriteAllText(outside, StoreHost.NewKey());
        File.WriteAllText(Path.Combine(Secrets, "plain"), ofFile + "\n");
        File.WriteAllText(Path.Combine(Secrets, "full"), new string('k', 4096) + new string('\n', 4096));
        File.WriteAllText(Path.Combine(Secrets, "big"), StoreHost.NewKey() + new string('\n', 8192));
        File.WriteAllText(Path.Combine(Secrets, "empty"), " \n");
        File.WriteAllText(Path.Combine(Secrets, "two"), "one\ntwo");
        File.WriteAllText(Path.Combine(Directory.CreateDirectory(Path.Combine(Secrets, "below")).FullName, "inner"), StoreHost.NewKey());
        File.CreateSymbolicLink(Path.Combine(Secrets, "link-inside"), Path.Combine(Secrets, "plain"));
        File.CreateSymbolicLink(Path.Combine(Secrets, "link-outside"), outside);
        File.CreateSymbolicLink(Path.Combine(Secrets, "link-below"), Path.Combine(Secrets, "below", "inner"));
        File.CreateSymbolicLink(Path.Combine(Secrets, "link-nowhere"), Path.Combine(Secrets, "nothing"));
        File.CreateSymbolicLink(Path.Combine(Secrets, "link-round"), Path.Combine(Secrets, "link-round"));
        File.CreateSymbolicLink(Path.Combine(Secrets, "link-device"), "/dev/zero");
        File.CreateSymbolicLink(Path.Combine(Secrets, "link-process"), "/proc/self/environ");
        MakePipe(Path.Combine(Secrets, "pipe"));
        using var host = new StoreHost(directory, Allow);

        // What may be read is.
        Assert.Equal(Secret.From(ofVariable), await PaidAsync(host, "env:" + name));
        Assert.Equal(Secret.From(ofFile), await PaidAsync(host, "file:plain"));
        Assert.Equal(Secret.From(ofFile), await PaidAsync(host, "file:" + Path.Combine(Secrets, "plain")));
        Assert.Equal(Secret.From(ofFile), await PaidAsync(host, "file:link-inside"));
        Assert.Equal(Secret.From(new string('k', 4096)), await PaidAsync(host, "file:full"));

        // What is not even written in an allowed form is not stored,
        foreach (var reference in (string[])
            [
                "env:PATH", "env:OTHER_" + name, "env:" + SecretReferenceOptions.EnvironmentPrefix, "env:" + name.ToLowerInvariant(), "env:" + name + "\n", "env:" + name + "/x", "env:", "ENV:" + name, "env",
                "file:", "file:..", "file:.", "file:../outside", "file:below/inner", "file:" + outside, "file:" + Secrets + "/../outside", "file:" + Secrets, "file:" + Secrets + "/", "file:pla\0in", "file:./plain", "file:\\plain",
                "file:///" + Secrets + "/plain", "azure-kv:https://acme.vault.azure.net/secrets/a", ofFile, "", " env:" + name,
            ])
        {
            Assert.True(host.Storage.References.FirstFault(reference, isOfApi: false) is not null, reference);
            var refused = await Assert.ThrowsAsync<ProfileRefusedException>(() => host.Profiles.CreateAsync(Referring("never", reference), Cancel));
            Assert.Equal(ProfileRefusal.ReferenceRefused, refused.Reason);
            Assert.True(reference.Length < 6 || !refused.Message.Contains(reference, StringComparison.Ordinal), refused.Message);
        }

        // and what leads elsewhere is not read.
        foreach (var file in (string[])["link-outside", "link-below", "link-nowhere", "link-round", "link-device", "link-process", "pipe", "below", "big", "empty", "two", "missing"])
        {
            await StoreAsync(host, "file:" + file);
            var error = await Assert.ThrowsAsync<WorkflowRunException>(() => host.RunAsync("a"));
            Assert.Equal((file, WorkflowErrorCodes.SecretUnavailable), (file, error.Code));
            Assert.Contains("(file)", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(directory.Root, error.Message, StringComparison.Ordinal);
        }
        Assert.Equal(5, host.Provider.Paid.Count);
    }

    [Fact]
    public async Task References_are_off_unless_the_host_allows_them_and_for_callers_of_the_api_apart()
    {
        using (var closed = new StoreHost(directory))
            Assert.Equal(ProfileRefusal.ReferenceRefused, (await Assert.ThrowsAsync<ProfileRefusedException>(() => closed.Profiles.CreateAsync(Referring("a", "file:a"), Cancel))).Reason);
        var token = new AuditActor("token", "admin", "id-1");
        using (var open = new StoreHost(directory, Allow))
        {
            var made = await open.Profiles.As(new AuditActor("operator", "olga")).CreateAsync(Referring("a", "file:a"), Cancel);
            Assert.Equal(ProfileRefusal.ReferenceRefused, (await Assert.ThrowsAsync<ProfileRefusedException>(() => open.Profiles.As(token).CreateAsync(Referring("b", "file:a"), Cancel))).Reason);
            Assert.Equal(ProfileRefusal.ReferenceRefused, (await Assert.ThrowsAsync<ProfileRefusedException>(() => open.Profiles.As(token).ReferToKeyAsync(made.Id, "file:b", Cancel))).Reason);

            // Nor is the one that is there sent elsewhere.
            Assert.Equal(
                ProfileRefusal.KeyRequired,
                (await Assert.ThrowsAsync<ProfileRefusedException>(() => open.Profiles.As(token).ReplaceAsync(made.Id, Referring("a", null) with { Endpoint = new Uri("https://elsewhere.example") }, cancellationToken: Cancel))).Reason);
            await open.Profiles.As(token).ReplaceAsync(made.Id, Referring("a", null) with { Model = "model-2" }, cancellationToken: Cancel);
            Assert.Equal("file:a", (await open.Profiles.FindByNameAsync("a", Cancel))!.KeyReference);
        }
        using var api = new StoreHost(directory, options =>
        {
            Allow(options);
            options.SecretReferences.AllowFromAdministrationApi = true;
        });
        await api.Profiles.As(token).CreateAsync(Referring("b", "file:a"), Cancel);
    }

    [Fact]
    public async Task A_reference_is_shown_and_what_it_leads_to_is_not()
    {
        var key = StoreHost.NewKey();
        File.WriteAllText(Path.Combine(Secrets, "a"), key);
        using var host = new StoreHost(directory, Allow);
        var made = await host.Profiles.CreateAsync(Referring("a", "file:a"), Cancel);
        await host.RunAsync("a");
        var rotated = await host.Profiles.RotateKeyAsync(made.Id, Secret.From(key), Cancel);
        var back = await host.Profiles.ReferToKeyAsync(made.Id, "file:a", Cancel);
        await host.StopAsync();

        Assert.Equal(("file:a", null, null), (made.KeyReference, made.KeyFingerprint, rotated.KeyReference));
        Assert.NotNull(rotated.KeyFingerprint);
        Assert.Equal(("file:a", null), (back.KeyReference, back.KeyFingerprint));
        var told = await host.Profiles.ExportAsync(Cancel) + (await host.Audit.ReportAsync(new(), Cancel)).ToJson() + host.Log.Text + string.Join('\n', await host.Profiles.ListAsync(cancellationToken: Cancel));
        Assert.Null(Canary.In(told, key));
        Assert.Contains(await host.Audit.ReadAsync(new(), Cancel), static entry => entry.Action == "profile.rotate" && entry.Changes.Contains("key_reference"));
        await Assert.ThrowsAsync<ProfileRefusedException>(() => host.Profiles.CreateAsync(Referring("b", "file:a") with { ApiKey = Secret.From(key) }, Cancel));
    }

    [Fact]
    public async Task A_rotated_file_pays_from_the_next_call_on()
    {
        var (before, after) = (StoreHost.NewKey(), StoreHost.NewKey());
        var file = Path.Combine(Secrets, "a");
        File.WriteAllText(file, before);
        using var host = new StoreHost(directory, Allow);
        await host.Profiles.CreateAsync(Referring("a", "file:a"), Cancel);
        var first = (await host.FindAsync("a"))!.Revision;
        Assert.Equal(first, (await host.FindAsync("a"))!.Revision);
        host.Provider.BeforeAnswer = () =>
        {
            File.WriteAllText(file + ".new", after);
            File.Move(file + ".new", file, overwrite: true);
        };

        await host.AskTwice.RunAsync(new Question("Who pays?"), "a", Cancel);

        // The run that goes on pays its next call with the new one, from a client of its own.
        Assert.Equal([Secret.From(before), Secret.From(after)], host.Provider.Paid);
        Assert.NotEqual(first, (await host.FindAsync("a"))!.Revision);
        Assert.All(await host.Store.FindByTenantAsync("acme", Cancel), profile => Assert.Equal(Secret.From(after), profile.ApiKey));
    }

    [Fact]
    public async Task A_vault_is_asked_once_at_a_time_and_again_in_the_background_before_its_answer_grows_old()
    {
        var (before, after) = (StoreHost.NewKey(), StoreHost.NewKey());
        var gate = new TaskCompletionSource<VaultSecret>(TaskCreationOptions.RunContinuationsAsynchronously);
        var vault = new TestVault(_ => gate.Task);
        using var host = new StoreHost(directory, Cached, vaults: vault);
        await host.Profiles.CreateAsync(Referring("a", "test:allowed"), Cancel);
        await host.Profiles.CreateAsync(Referring("b", "test:allowed"), Cancel);

        var asking = Enumerable.Range(0, 20).Select(i => host.FindAsync(i % 2 == 0 ? "a" : "b")).ToList();
        gate.SetResult(new VaultSecret(Secret.From(before)));
        Assert.All(await Task.WhenAll(asking), profile => Assert.Equal(Secret.From(before), profile!.ApiKey));
        Assert.Equal(1, vault.Asked);

        // When a fifth of its time is left, the present answer is given and a new one fetched.
        var next = new TaskCompletionSource<VaultSecret>(TaskCreationOptions.RunContinuationsAsynchronously);
        vault.Answer = _ => next.Task;
        host.Time.Advance(Fresh * 0.9);
        Assert.Equal(Secret.From(before), (await host.FindAsync("a"))!.ApiKey);
        next.SetResult(new VaultSecret(Secret.From(after)));
        while (!Secret.From(after).Equals((await host.FindAsync("a"))!.ApiKey))
            await Task.Yield();
        Assert.Equal(2, vault.Asked);
    }

    [Fact]
    public async Task While_a_vault_is_down_its_answer_is_used_as_long_as_the_host_allows_and_no_longer()
    {
        var key = StoreHost.NewKey();
        var vault = new TestVault(key);
        using var host = new StoreHost(
            directory,
            options =>
            {
                Cached(options);
                options.SecretReferences.MaxStale = Fresh;
            },
            vaults: vault);
        await host.Profiles.CreateAsync(Referring("a", "test:allowed"), Cancel);
        await host.Profiles.CreateAsync(StoreHost.Draft("other"), Cancel);
        await host.RunAsync("a");
        vault.Answer = _ => throw new InvalidOperationException("down: " + key);

        host.Time.Advance(Fresh * 1.5);
        await host.RunAsync("a");
        host.Time.Advance(Fresh);
        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => host.RunAsync("a"));

        Assert.Equal(WorkflowErrorCodes.SecretUnavailable, error.Code);
        Assert.Contains("(test)", error.Message, StringComparison.Ordinal);
        Assert.Null(Canary.In(error + host.Log.Text, key));
        Assert.Contains("could not be read", host.Log.Text, StringComparison.Ordinal);
        await host.RunAsync("other");

        // It is left alone for a second, and used again when it is back.
        var asked = vault.Asked;
        await Assert.ThrowsAsync<WorkflowRunException>(() => host.RunAsync("a"));
        Assert.Equal(asked, vault.Asked);
        vault.Answer = _ => Task.FromResult(new VaultSecret(Secret.From(key)));
        host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Secret.From(key), await host.RunAsync("a"));
        Assert.Contains("can be read again", host.Log.Text, StringComparison.Ordinal);
    }

    /// <summary>Who takes a key away in its vault does not wait until what a host holds of it has grown old: an hour here.</summary>
    [Theory]
    [InlineData("none")]
    [InlineData("expired")]
    [InlineData("unusable")]
    public async Task What_a_vault_answers_ends_the_use_of_the_former_key_at_once(string answer)
    {
        var vault = new TestVault(StoreHost.NewKey());
        using var host = new StoreHost(
            directory,
            static options =>
            {
                Cached(options);
                options.SecretReferences.MaxStale = TimeSpan.FromHours(1);
            },
            vaults: vault);
        await host.Profiles.CreateAsync(Referring("a", "test:allowed"), Cancel);
        await host.RunAsync("a");

        // Not to answer is no answer,
        vault.Answer = static _ => throw new SecretVaultException("It is too busy. Ask later.") { IsTransient = true };
        host.Time.Advance(Fresh);
        await host.RunAsync("a");
        Assert.Contains("is used as long as the host's options allow", host.Log.Text, StringComparison.Ordinal);

        // and this is one.
        vault.Answer = answer switch
        {
            "none" => static _ => throw new SecretVaultException("There is no such secret. Create it."),
            "expired" => _ => Task.FromResult(new VaultSecret(Secret.From(StoreHost.NewKey()), host.Time.GetUtcNow())),
            _ => static _ => Task.FromResult(new VaultSecret(null!)),
        };
        host.Time.Advance(Fresh);
        Assert.Equal(WorkflowErrorCodes.SecretUnavailable, await host.RefusalOfRunAsync("a"));
        Assert.Contains("is not to be had any more", host.Log.Text, StringComparison.Ordinal);

        // It does not come back because the vault is silent afterwards.
        vault.Answer = static _ => throw new InvalidOperationException("down");
        host.Time.Advance(Fresh);
        Assert.Equal(WorkflowErrorCodes.SecretUnavailable, await host.RefusalOfRunAsync("a"));
    }

    [Fact]
    public async Task A_file_that_is_deleted_and_a_variable_that_is_unset_pay_no_more_whatever_may_be_stale()
    {
        var name = SecretReferenceOptions.EnvironmentPrefix + Guid.NewGuid().ToString("N");
        Environment.SetEnvironmentVariable(name, StoreHost.NewKey());
        File.WriteAllText(Path.Combine(Secrets, "a"), StoreHost.NewKey());
        File.WriteAllText(Path.Combine(Secrets, "emptied"), StoreHost.NewKey());
        using var host = new StoreHost(directory, options =>
        {
            Allow(options);
            options.SecretReferences.MaxStale = TimeSpan.FromHours(1);
        });
        foreach (var (profile, reference) in ((string, string)[])[("file", "file:a"), ("emptied", "file:emptied"), ("variable", "env:" + name)])
        {
            await host.Profiles.CreateAsync(Referring(profile, reference), Cancel);
            await host.RunAsync(profile);
        }

        File.Delete(Path.Combine(Secrets, "a"));
        File.WriteAllText(Path.Combine(Secrets, "emptied"), "");
        Environment.SetEnvironmentVariable(name, null);

        foreach (var profile in (string[])["file", "emptied", "variable"])
            Assert.Equal((profile, WorkflowErrorCodes.SecretUnavailable), (profile, await host.RefusalOfRunAsync(profile)));
    }

    [Fact]
    public async Task What_a_vault_says_of_its_secret_and_its_time_holds()
    {
        var vault = new TestVault(StoreHost.NewKey());
        using var host = new StoreHost(
            directory,
            options =>
            {
                Cached(options);
                options.SecretReferences.MaxStale = TimeSpan.FromHours(1);
            },
            vaults: vault);
        var made = await host.Profiles.CreateAsync(Referring("a", "test:allowed"), Cancel);
        vault.Answer = _ => Task.FromResult(new VaultSecret(Secret.From(StoreHost.NewKey()), host.Time.GetUtcNow() + TimeSpan.FromSeconds(2)));
        await host.RunAsync("a");

        // Past its own end it is not used, whatever the host allows.
        vault.Answer = _ => throw new SecretVaultException("Ask later.", TimeSpan.FromSeconds(30));
        host.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Contains("Ask later.", (await Assert.ThrowsAsync<WorkflowRunException>(() => host.RunAsync("a"))).Message, StringComparison.Ordinal);
        var asked = vault.Asked;
        host.Time.Advance(TimeSpan.FromSeconds(20));
        await Assert.ThrowsAsync<WorkflowRunException>(() => host.RunAsync("a"));
        Assert.Equal(asked, vault.Asked);
        vault.Answer = _ => Task.FromResult(new VaultSecret(Secret.From(StoreHost.NewKey()), host.Time.GetUtcNow()));
        host.Time.Advance(TimeSpan.FromSeconds(11));
        Assert.Contains("has expired", (await Assert.ThrowsAsync<WorkflowRunException>(() => host.RunAsync("a"))).Message, StringComparison.Ordinal);

        // One that is disabled asks nobody.
        asked = vault.Asked;
        await host.Profiles.SetEnabledAsync(made.Id, false, Cancel);
        host.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(WorkflowErrorCodes.ProfileDisabled, await host.RefusalOfRunAsync("a"));
        Assert.Equal(asked, vault.Asked);
    }

    [Fact]
    public async Task A_vault_that_does_not_answer_is_not_waited_for_longer_than_allowed()
    {
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var vault = new TestVault(_ =>
        {
            entered.TrySetResult();
            return new TaskCompletionSource<VaultSecret>().Task;
        });
        using var host = new StoreHost(directory, Cached, vaults: vault);
        await host.Profiles.CreateAsync(Referring("a", "test:allowed"), Cancel);

        var run = host.RefusalOfRunAsync("a");
        await entered.Task;
        while (!run.IsCompleted)
        {
            host.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(WorkflowErrorCodes.SecretUnavailable, await run);
        Assert.Contains("did not answer within 5 seconds", host.Log.Text, StringComparison.Ordinal);
    }

    /// <summary>A vault that knows no tasks holds the thread on which it is asked.</summary>
    [Fact]
    public async Task A_vault_that_blocks_is_not_waited_for_longer_than_allowed()
    {
        using var back = new ManualResetEventSlim();
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var vault = new TestVault(_ =>
        {
            entered.TrySetResult();
            back.Wait(Cancel);
            throw new InvalidOperationException("too late");
        });
        using var host = new StoreHost(directory, Cached, vaults: vault);
        await host.Profiles.CreateAsync(Referring("a", "test:allowed"), Cancel);

        var run = host.RefusalOfRunAsync("a");
        await entered.Task;
        for (var seconds = 0; !run.IsCompleted; seconds++)
        {
            Assert.InRange(seconds, 0, 100_000);
            host.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        Assert.Equal(WorkflowErrorCodes.SecretUnavailable, await run);

        // While it holds that thread, it is not given another each second.
        host.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(WorkflowErrorCodes.SecretUnavailable, await host.RefusalOfRunAsync("a"));
        Assert.Equal(1, vault.Asked);
        back.Set();
    }

    [Fact]
    public async Task A_host_that_allows_a_reference_no_more_uses_it_no_more()
    {
        File.WriteAllText(Path.Combine(Secrets, "a"), StoreHost.NewKey());
        using (var open = new StoreHost(directory, Allow))
        {
            await open.Profiles.CreateAsync(Referring("a", "file:a"), Cancel);
            await open.RunAsync("a");
        }

        using var closed = new StoreHost(directory);

        var error = await Assert.ThrowsAsync<WorkflowRunException>(() => closed.RunAsync("a"));
        Assert.Equal(WorkflowErrorCodes.SecretUnavailable, error.Code);
        Assert.Contains("allows no references", error.Message, StringComparison.Ordinal);
        Assert.Equal("file:a", Assert.Single(await closed.Profiles.ListAsync(cancellationToken: Cancel)).KeyReference);
    }

    [Fact]
    public void The_directory_of_secrets_holds_nothing_else_that_protects()
    {
        foreach (var shared in (string[])[Path.GetDirectoryName(directory.KeyEncryptionKey)!, directory.Ring, Path.GetDirectoryName(directory.Database)!])
        {
            var refused = Assert.Throws<InvalidOperationException>(() => new StoreHost(directory, options => options.SecretReferences.FileDirectory = shared));
            Assert.Contains("a directory of their own", refused.Message, StringComparison.Ordinal);
        }
        if (OperatingSystem.IsWindows())
            return;
        File.SetUnixFileMode(Secrets, (UnixFileMode)0b111_111_111);
        Assert.Contains("chmod go-w", Assert.Throws<InvalidOperationException>(() => new StoreHost(directory, Allow)).Message, StringComparison.Ordinal);
        using (new StoreHost(directory, Allow, environment: "Development"))
            Assert.Throws<InvalidOperationException>(() => new StoreHost(directory, static options => options.SecretReferences.CacheFor = TimeSpan.Zero));
        Assert.Throws<InvalidOperationException>(() => new StoreHost(directory, static options => options.SecretReferences.MaxStale = TimeSpan.FromSeconds(-1)));
        Assert.Throws<InvalidOperationException>(() => new StoreHost(directory, static options => options.SecretReferences.MaxStale = TimeSpan.MaxValue));
        Assert.Throws<InvalidOperationException>(() => new StoreHost(directory, vaults: [new TestVault("one"), new TestVault("two")]));
    }

    [Fact]
    public async Task A_mounted_secret_that_is_exchanged_by_a_link_is_read_where_it_lies_then()
    {
        // As Kubernetes mounts them: ..data leads to a directory of the day, and each name to ..data.
        var mount = Own(Path.Combine(directory.Root, "mount"));
        var (before, after) = (StoreHost.NewKey(), StoreHost.NewKey());
        File.WriteAllText(Path.Combine(Own(Path.Combine(mount, "..1")), "a"), before);
        File.WriteAllText(Path.Combine(Own(Path.Combine(mount, "..2")), "a"), after);
        Directory.CreateSymbolicLink(Path.Combine(mount, "..data"), "..1");
        using var host = new StoreHost(directory, options => options.SecretReferences.FileDirectory = Path.Combine(mount, "..data"));
        await host.Profiles.CreateAsync(Referring("a", "file:a"), Cancel);
        Assert.Equal(Secret.From(before), await host.RunAsync("a"));

        Directory.CreateSymbolicLink(Path.Combine(mount, "..new"), "..2");
        Directory.Delete(Path.Combine(mount, "..data"));
        Directory.Move(Path.Combine(mount, "..new"), Path.Combine(mount, "..data"));

        Assert.Equal(Secret.From(after), await host.RunAsync("a"));
    }

    private static ProfileDraft Referring(string name, string? reference) => StoreHost.Draft(name) with { ApiKey = null, KeyReference = reference };

    private static async Task<Secret> PaidAsync(StoreHost host, string reference)
    {
        await StoreAsync(host, reference);
        return await host.RunAsync("a");
    }

    private static async Task StoreAsync(StoreHost host, string reference)
    {
        if (await host.Profiles.FindByNameAsync("a", Cancel) is { } present)
            await host.Profiles.ReferToKeyAsync(present.Id, reference, Cancel);
        else
            await host.Profiles.CreateAsync(Referring("a", reference), Cancel);
    }

    private static void MakePipe(string path)
    {
        using var made = Process.Start("mkfifo", path);
        made.WaitForExit();
        Assert.Equal(0, made.ExitCode);
    }

    private static void Cached(StorageOptions options) => options.SecretReferences.CacheFor = Fresh;

    private void Allow(StorageOptions options)
    {
        options.SecretReferences.AllowEnvironment = true;
        options.SecretReferences.FileDirectory = Secrets;
    }

    /// <summary>A directory of its owner's alone, whatever the umask, which another test sets.</summary>
    private static string Own(string path)
    {
        PrivateFiles.CreateDirectory(path);
        return path;
    }
}
