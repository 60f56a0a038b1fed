using System.Text;

namespace KeyedWorkflows.Storage.Tests;

public sealed class TokenTests
{
    public static TheoryData<DatabaseKind> Databases => [DatabaseKind.Sqlite, DatabaseKind.PostgreSql];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_token_is_found_by_its_hash_and_by_its_id_with_all_that_it_may_do(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        var draft = new TokenDraft
        {
            Name = "acme-web",
            Workflows = ["ask", "ask-twice", "ask"],
            Tenants = ["acme"],
            ProfileIds = ["profile-1"],
            PinnedTenant = "acme",
            MaySendKey = true,
            RequestsPerMinute = 60,
            ConcurrentRuns = 4,
            ExpiresAt = new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.FromHours(2)),
        };

        var made = await host.Tokens.CreateAsync(draft, Cancel);
        using var other = new StoreHost(directory);

        Assert.Matches("^app-[A-Za-z0-9_-]{43}$", made.Value.Reveal());
        Assert.Matches("^whsec_[A-Za-z0-9+/]{43}=$", made.CallbackSecret.Reveal());
        foreach (var one in (StoreHost[])[host, other])
        {
            foreach (var found in (AccessToken?[])[await FindAsync(one, made.Value), await one.TokenStore.FindByIdAsync(made.Token.Id, Cancel), await one.Tokens.FindAsync(made.Token.Id, Cancel)])
            {
                Assert.Equivalent(made.Token, found, strict: true);
                Assert.Equal(["ask", "ask-twice"], found!.Workflows);
                Assert.Equal(draft.ExpiresAt, found.ExpiresAt);
                Assert.True(found.Enabled);
            }
            Assert.Equal(made.CallbackSecret.Reveal()["whsec_".Length..], Convert.ToBase64String((await one.TokenStore.FindCallbackKeyAsync(made.Token.Id, Cancel))!));
        }
        Assert.Null(await FindAsync(host, Secret.From("app-" + new string('A', 43))));
        Assert.Null(await host.TokenStore.FindByIdAsync("none", Cancel));
        Assert.Null(await host.TokenStore.FindCallbackKeyAsync("none", Cancel));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task What_is_changed_or_revoked_holds_here_at_once_and_elsewhere_within_a_second(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        using var other = new StoreHost(directory);
        var made = await host.Tokens.CreateAsync(Draft("a"), Cancel);
        Assert.NotNull(await FindAsync(host, made.Value));
        Assert.NotNull(await FindAsync(other, made.Value));

        var changed = await host.Tokens.ReplaceAsync(made.Token.Id, Draft("b") with { Tenants = ["bolt"] }, cancellationToken: Cancel);
        Assert.NotEqual(made.Token.Revision, changed.Revision);
        Assert.Equal(["bolt"], (await FindAsync(host, made.Value))!.Tenants);
        other.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(("b", "bolt"), ((await FindAsync(other, made.Value))!.Name, (await FindAsync(other, made.Value))!.Tenants[0]));

        await host.Tokens.SetEnabledAsync(made.Token.Id, false, Cancel);
        Assert.False((await FindAsync(host, made.Value))!.Enabled);
        other.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.False((await other.TokenStore.FindByIdAsync(made.Token.Id, Cancel))!.Enabled);

        Assert.True(await host.Tokens.RevokeAsync(made.Token.Id, Cancel));
        Assert.False(await host.Tokens.RevokeAsync(made.Token.Id, Cancel));
        other.Time.Advance(TimeSpan.FromSeconds(1));
        foreach (var one in (StoreHost[])[host, other])
        {
            Assert.Null(await FindAsync(one, made.Value));
            Assert.Null(await one.TokenStore.FindByIdAsync(made.Token.Id, Cancel));
            Assert.Null(await one.TokenStore.FindCallbackKeyAsync(made.Token.Id, Cancel));
        }
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_recreated_token_inherits_nothing_of_the_one_of_its_name(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        var first = await host.Tokens.CreateAsync(Draft("a") with { ProfileIds = ["profile-1"] }, Cancel);
        await host.Tokens.RevokeAsync(first.Token.Id, Cancel);

        var second = await host.Tokens.CreateAsync(Draft("a") with { Tenants = [] }, Cancel);

        Assert.NotEqual(first.Token.Id, second.Token.Id);
        Assert.Null(await FindAsync(host, first.Value));
        Assert.Empty((await FindAsync(host, second.Value))!.ProfileIds);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_rotated_tokens_former_value_is_taken_until_its_grace_is_over(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        using var other = new StoreHost(directory);
        var made = await host.Tokens.CreateAsync(Draft("a"), Cancel);
        Assert.NotNull(await FindAsync(other, made.Value));

        var rotated = await host.Tokens.RotateAsync(made.Token.Id, TimeSpan.FromHours(1), made.Token.Revision, Cancel);
        Assert.Equal(host.Time.GetUtcNow() + TimeSpan.FromHours(1), rotated.Token.FormerUntil);
        other.Listen();
        foreach (var one in (StoreHost[])[host, other])
        {
            Assert.Equal(made.Token.Id, (await FindAsync(one, made.Value))!.Id);
            Assert.Equal(made.Token.Id, (await FindAsync(one, rotated.Value))!.Id);
            Assert.Equal(made.CallbackSecret.Reveal()["whsec_".Length..], Convert.ToBase64String((await one.TokenStore.FindCallbackKeyAsync(made.Token.Id, Cancel))!));
        }

        // Whatever is changed meanwhile keeps the grace, and does not lengthen it.
        await host.Tokens.ReplaceAsync(made.Token.Id, Draft("b"), cancellationToken: Cancel);
        await host.Tokens.SetEnabledAsync(made.Token.Id, true, Cancel);
        await host.Profiles.ReEncryptAsync(Cancel);
        Assert.Equal("b", (await FindAsync(host, made.Value))!.Name);
        host.Time.Skip(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));
        host.Time.Hear();
        Assert.NotNull(await FindAsync(host, made.Value));
        host.Time.Skip(TimeSpan.FromSeconds(1));
        host.Time.Hear();
        Assert.Null(await FindAsync(host, made.Value));
        Assert.NotNull(await FindAsync(host, rotated.Value));

        foreach (var grace in (TimeSpan[])[TimeSpan.FromTicks(-1), TimeSpan.FromDays(31)])
            Assert.Equal(TokenRefusal.Malformed, (await Assert.ThrowsAsync<TokenRefusedException>(() => host.Tokens.RotateAsync(made.Token.Id, grace, null, Cancel))).Reason);
        Assert.Equal(TokenRefusal.Changed, (await Assert.ThrowsAsync<TokenRefusedException>(() => host.Tokens.RotateAsync(made.Token.Id, TimeSpan.Zero, made.Token.Revision, Cancel))).Reason);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_value_that_reached_nobody_is_replaced_and_the_former_one_is_taken_as_long_as_it_was(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        var made = await host.Tokens.CreateAsync(Draft("a"), Cancel);
        Assert.Equal(TokenRefusal.Malformed, (await Assert.ThrowsAsync<TokenRefusedException>(() => host.Tokens.ReplaceValueAsync(made.Token.Id, null, Cancel))).Reason);
        var lost = await host.Tokens.RotateAsync(made.Token.Id, TimeSpan.FromHours(1), null, Cancel);
        host.Time.Skip(TimeSpan.FromMinutes(10));

        var replaced = await host.Tokens.ReplaceValueAsync(made.Token.Id, lost.Token.Revision, Cancel);

        Assert.Equal(lost.Token.FormerUntil, replaced.Token.FormerUntil);
        Assert.NotNull(await FindAsync(host, made.Value));
        Assert.NotNull(await FindAsync(host, replaced.Value));
        Assert.Null(await FindAsync(host, lost.Value));
        Assert.Equal(TokenRefusal.Changed, (await Assert.ThrowsAsync<TokenRefusedException>(() => host.Tokens.ReplaceValueAsync(made.Token.Id, lost.Token.Revision, Cancel))).Reason);
        host.Time.Skip(TimeSpan.FromMinutes(50));
        host.Time.Hear();
        Assert.Null(await FindAsync(host, made.Value));
        Assert.NotNull(await FindAsync(host, replaced.Value));
        Assert.Equal(TokenRefusal.Malformed, (await Assert.ThrowsAsync<TokenRefusedException>(() => host.Tokens.ReplaceValueAsync(made.Token.Id, null, Cancel))).Reason);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Who_can_write_to_the_database_makes_no_former_value(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        var victim = await host.Tokens.CreateAsync(Draft("victim"), Cancel);
        var mine = Secret.From("app-" + new string('A', 43));
        var hash = Convert.ToHexString(TokenHash.Of(Encoding.UTF8.GetBytes(mine.Reveal())).ToArray());

        directory.Execute($"UPDATE tokens SET \"FormerHash\" = {(kind == DatabaseKind.Sqlite ? $"x'{hash}'" : $"decode('{hash}', 'hex')")}");
        using var after = new StoreHost(directory);

        Assert.Null(await FindAsync(after, mine));
        Assert.Null(await FindAsync(after, victim.Value));
        Assert.NotNull(Assert.Single(await after.Tokens.ListAsync(Cancel)).Fault);
    }

    [Fact]
    public async Task RecreatedNameInheritsNoGrant()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        var first = await host.Profiles.CreateAsync(StoreHost.Draft("a"), Cancel);
        var token = await host.Tokens.CreateAsync(Draft("t") with { Tenants = [], ProfileIds = [first.Id] }, Cancel);

        await host.Profiles.DeleteAsync(first.Id, Cancel);
        var second = await host.Profiles.CreateAsync(StoreHost.Draft("a"), Cancel);

        Assert.DoesNotContain(second.Id, (await FindAsync(host, token.Value))!.ProfileIds);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task A_revoked_token_whose_row_is_put_back_is_taken_nowhere(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        var made = await host.Tokens.CreateAsync(Draft("a"), Cancel);
        directory.Execute("CREATE TABLE kept AS SELECT * FROM tokens");
        await host.Tokens.RevokeAsync(made.Token.Id, Cancel);

        Assert.Equal(1, directory.Execute("INSERT INTO tokens SELECT * FROM kept"));
        host.Listen();
        using var another = new StoreHost(directory);

        foreach (var one in (StoreHost[])[host, another])
        {
            Assert.Null(await FindAsync(one, made.Value));
            Assert.Null(await one.TokenStore.FindByIdAsync(made.Token.Id, Cancel));
            Assert.Contains("revoked", (await one.Tokens.FindAsync(made.Token.Id, Cancel))!.Fault, StringComparison.Ordinal);
        }
        Assert.True(await host.Tokens.RevokeAsync(made.Token.Id, Cancel));
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite, "\"Name\" = 'other'")]
    [InlineData(DatabaseKind.Sqlite, "\"Revision\" = 'other'")]
    [InlineData(DatabaseKind.Sqlite, "\"Payload\" = substr(\"Payload\", 1, length(\"Payload\") - 1)")]
    [InlineData(DatabaseKind.PostgreSql, "\"Name\" = 'other'")]
    [InlineData(DatabaseKind.PostgreSql, "\"Payload\" = substr(\"Payload\", 1, length(\"Payload\") - 1)")]
    public async Task A_token_that_is_altered_past_the_store_is_taken_nowhere_and_can_only_be_revoked(DatabaseKind kind, string edit)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        var made = await host.Tokens.CreateAsync(Draft("a"), Cancel);

        Assert.Equal(1, directory.Execute("UPDATE tokens SET " + edit));
        using var after = new StoreHost(directory);

        Assert.Null(await FindAsync(after, made.Value));
        Assert.Null(await after.TokenStore.FindCallbackKeyAsync(made.Token.Id, Cancel));
        var listed = Assert.Single(await after.Tokens.ListAsync(Cancel));
        Assert.NotNull(listed.Fault);
        Assert.Empty(listed.Tenants);
        Assert.False(listed.Enabled);
        Assert.Equal(TokenRefusal.Unreadable, (await Assert.ThrowsAsync<TokenRefusedException>(() => after.Tokens.SetEnabledAsync(made.Token.Id, true, Cancel))).Reason);
        Assert.True(await after.Tokens.RevokeAsync(made.Token.Id, Cancel));
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task The_grants_of_two_tokens_that_change_places_serve_neither(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        var a = await host.Tokens.CreateAsync(Draft("a"), Cancel);
        var b = await host.Tokens.CreateAsync(Draft("b") with { Tenants = ["bolt"] }, Cancel);

        directory.Execute("CREATE TABLE before AS SELECT * FROM tokens");
        directory.Execute("UPDATE tokens SET \"Payload\" = (SELECT before.\"Payload\" FROM before WHERE before.\"Name\" <> tokens.\"Name\")");
        using var after = new StoreHost(directory);

        Assert.Null(await FindAsync(after, a.Value));
        Assert.Null(await FindAsync(after, b.Value));
    }

    [Fact]
    public async Task A_hash_that_is_written_into_anothers_row_opens_nothing()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        await host.Tokens.CreateAsync(Draft("a"), Cancel);
        var mine = "app-" + new string('B', 43);

        directory.Execute($"UPDATE tokens SET Hash = x'{Convert.ToHexString(Hash(mine).ToArray())}'");
        host.Listen();

        Assert.Null(await FindAsync(host, Secret.From(mine)));
    }

    [Fact]
    public async Task What_is_known_is_answered_from_memory_and_what_is_guessed_is_not_kept()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        var made = await host.Tokens.CreateAsync(Draft("a"), Cancel);
        await FindAsync(host, made.Value);

        Assert.True(FindAsync(host, made.Value).IsCompletedSuccessfully);
        Assert.True(host.TokenStore.FindByIdAsync(made.Token.Id, Cancel).AsTask().IsCompletedSuccessfully);
        Assert.Same(await FindAsync(host, made.Value), await FindAsync(host, made.Value));
        for (var i = 0; i < 100; i++)
            Assert.Null(await FindAsync(host, Secret.From("app-guess-" + i)));
        Assert.Equal(1, ((EncryptedTokenStore)host.TokenStore).Remembered);
    }

    [Fact]
    public async Task Runs_that_are_written_make_no_token_and_no_profile_be_read_again()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        using var other = new StoreHost(directory);
        var made = await host.Tokens.CreateAsync(Draft("a"), Cancel);
        host.Listen();
        await FindAsync(host, made.Value);
        var before = host.Storage.Watch.Generation;

        foreach (var one in (StoreHost[])[host, other])
        {
            var run = ARun.Start();
            await one.Runs.StartAsync(run);
            await one.Runs.EndAsync(ARun.End(run.Id));
        }
        host.Listen();

        Assert.Equal(before, host.Storage.Watch.Generation);
        Assert.True(FindAsync(host, made.Value).IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_store_that_is_not_heard_is_not_taken_for_one_without_the_token()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        var made = await host.Tokens.CreateAsync(Draft("a"), Cancel);
        await FindAsync(host, made.Value);
        File.Move(directory.Database, directory.Database + ".away");
        host.Time.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(WorkflowErrorCodes.StoreUnavailable, (await Assert.ThrowsAsync<WorkflowRunException>(() => FindAsync(host, made.Value))).Code);
        Assert.Equal(WorkflowErrorCodes.StoreUnavailable, (await Assert.ThrowsAsync<WorkflowRunException>(() => FindAsync(host, Secret.From("app-none")))).Code);
    }

    [Fact]
    public async Task A_lost_ring_is_not_taken_for_a_token_that_is_not_there()
    {
        using var directory = new StoreDirectory();
        CreatedToken made;
        using (var host = new StoreHost(directory))
            made = await host.Tokens.CreateAsync(Draft("a"), Cancel);
        Directory.Move(directory.Ring, directory.Ring + "-away");

        using var after = new StoreHost(directory);

        Assert.Equal(WorkflowErrorCodes.StoreUnavailable, (await Assert.ThrowsAsync<WorkflowRunException>(() => FindAsync(after, made.Value))).Code);
        Assert.Null(await after.TokenStore.FindCallbackKeyAsync(made.Token.Id, Cancel));
        Assert.Contains("Restore", (await after.Tokens.FindAsync(made.Token.Id, Cancel))!.Fault, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Re_encryption_keeps_tokens(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        var wrapping = directory.NewKeyEncryptionKey();
        CreatedToken made;
        using (var host = new StoreHost(directory))
            made = await host.Tokens.CreateAsync(Draft("a"), Cancel);
        using (var host = new StoreHost(directory, options =>
        {
            options.KeyEncryptionKeyFile = wrapping;
            options.FormerKeyEncryptionKeyFiles.Add(directory.KeyEncryptionKey);
        }))
        {
            var done = await host.Profiles.ReEncryptAsync(Cancel);
            Assert.Equal((1, 0), (done.ReEncryptedTokens, done.UnreadableTokens.Count));
        }

        using var after = new StoreHost(directory, options => options.KeyEncryptionKeyFile = wrapping);

        Assert.Equal(["acme"], (await FindAsync(after, made.Value))!.Tenants);
        Assert.Equal(made.CallbackSecret.Reveal()["whsec_".Length..], Convert.ToBase64String((await after.TokenStore.FindCallbackKeyAsync(made.Token.Id, Cancel))!));
    }

    [Fact]
    public async Task Nothing_of_a_token_or_its_callback_key_stands_in_the_files_or_in_its_text()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        var made = await host.Tokens.CreateAsync(Draft("a"), Cancel);
        await FindAsync(host, made.Value);

        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(directory.Database)!).Where(static file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(made.Value.Reveal()[4..])) < 0);
            Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(made.CallbackSecret.Reveal()[6..])) < 0);
            Assert.True(bytes.AsSpan().IndexOf(Convert.FromBase64String(made.CallbackSecret.Reveal()[6..])) < 0);
        }
        Assert.DoesNotContain(made.Value.Reveal(), made.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(made.CallbackSecret.Reveal(), made.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_draft_that_cannot_be_meant_is_refused_without_repeating_it()
    {
        using var directory = new StoreDirectory();
        using var host = new StoreHost(directory);
        var key = "sk-proj-" + Guid.NewGuid().ToString("N") + Guid.NewGuid().ToString("N");
        await host.Tokens.CreateAsync(Draft("taken"), Cancel);

        TokenDraft[] drafts =
        [
            Draft("A"), Draft(key), Draft("a") with { Workflows = ["Ask*"] }, Draft("a") with { Tenants = ["client_*"] }, Draft("a") with { Tenants = [key] }, Draft("a") with { ProfileIds = ["a b"] },
            Draft("a") with { PinnedTenant = "" }, Draft("a") with { PinnedTenant = "bolt" }, Draft("a") with { RequestsPerMinute = 0 }, Draft("a") with { ConcurrentRuns = -1 }, Draft("a") with { Workflows = null! },
        ];
        foreach (var draft in drafts)
        {
            var refused = await Assert.ThrowsAsync<TokenRefusedException>(() => host.Tokens.CreateAsync(draft, Cancel));
            Assert.Equal(TokenRefusal.Malformed, refused.Reason);
            Assert.DoesNotContain(key, refused.ToString(), StringComparison.Ordinal);
        }
        Assert.Equal(TokenRefusal.NameTaken, (await Assert.ThrowsAsync<TokenRefusedException>(() => host.Tokens.CreateAsync(Draft("taken"), Cancel))).Reason);
        Assert.Equal(TokenRefusal.NotFound, (await Assert.ThrowsAsync<TokenRefusedException>(() => host.Tokens.ReplaceAsync("none", Draft("a"), cancellationToken: Cancel))).Reason);
        var made = await host.Tokens.CreateAsync(Draft("a"), Cancel);
        Assert.Equal(TokenRefusal.NameTaken, (await Assert.ThrowsAsync<TokenRefusedException>(() => host.Tokens.ReplaceAsync(made.Token.Id, Draft("taken"), cancellationToken: Cancel))).Reason);
        Assert.Equal(TokenRefusal.Changed, (await Assert.ThrowsAsync<TokenRefusedException>(() => host.Tokens.ReplaceAsync(made.Token.Id, Draft("a"), "another", Cancel))).Reason);
        Assert.Equal(["a", "taken"], (await host.Tokens.ListAsync(Cancel)).Select(static token => token.Name));
    }

    private static TokenDraft Draft(string name) => new() { Name = name, Workflows = ["ask"], Tenants = ["acme"] };

    private static TokenHash Hash(string token) => TokenHash.Of(Encoding.UTF8.GetBytes(token));

    private static Task<AccessToken?> FindAsync(StoreHost host, Secret token) => host.TokenStore.FindByHashAsync(Hash(token.Reveal()), Cancel).AsTask();
}
