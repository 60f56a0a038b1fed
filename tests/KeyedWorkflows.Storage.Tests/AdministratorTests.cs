using System.Text;

namespace KeyedWorkflows.Storage.Tests;

/// <summary>Those who administer a host, as the store keeps them.</summary>
public sealed class AdministratorTests
{
    public static TheoryData<DatabaseKind> Databases => [DatabaseKind.Sqlite, DatabaseKind.PostgreSql];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task An_administrator_is_found_by_its_token_on_every_node_until_it_is_revoked_or_expires(DatabaseKind kind)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        using var other = new StoreHost(directory);
        var made = await host.Administrators.CreateAsync(new() { Name = "ops", Scope = AdministratorScope.Read, ExpiresAt = host.Time.GetUtcNow() + TimeSpan.FromHours(1) }, Cancel);

        Assert.Matches("^adm-[A-Za-z0-9_-]{43}$", made.Value.Reveal());
        foreach (var one in (StoreHost[])[host, other])
            Assert.Equivalent(made.Administrator, await FindAsync(one, made.Value), strict: true);
        Assert.Equal(["ops"], (await other.Administrators.ListAsync(Cancel)).Select(static one => one.Name));

        // Neither is the other's kind.
        Assert.Null(await host.TokenStore.FindByHashAsync(HashOf(made.Value), Cancel));
        var token = await host.Tokens.CreateAsync(new() { Name = "ops" }, Cancel);
        Assert.Null(await FindAsync(host, token.Value));

        host.Time.Skip(TimeSpan.FromHours(1));
        host.Time.Hear();
        Assert.Null(await FindAsync(host, made.Value));
        Assert.True(await host.Administrators.RevokeAsync(made.Administrator.Id, Cancel));
        Assert.False(await host.Administrators.RevokeAsync(made.Administrator.Id, Cancel));
        Assert.Null(await FindAsync(other, made.Value));
    }

    [Theory]
    [InlineData(DatabaseKind.Sqlite, "UPDATE administrators SET \"Name\" = 'other'")]
    [InlineData(DatabaseKind.Sqlite, "UPDATE administrators SET \"Payload\" = substr(\"Payload\", 1, length(\"Payload\") - 1)")]
    [InlineData(DatabaseKind.Sqlite, "UPDATE administrators SET \"Hash\" = (SELECT \"Hash\" FROM tokens)")]
    [InlineData(DatabaseKind.Sqlite, "UPDATE administrators SET \"Payload\" = (SELECT \"Payload\" FROM tokens)")]
    [InlineData(DatabaseKind.Sqlite, "INSERT INTO former_tokens SELECT \"Id\" FROM administrators")]
    [InlineData(DatabaseKind.PostgreSql, "UPDATE administrators SET \"Hash\" = (SELECT \"Hash\" FROM tokens)")]
    public async Task An_administrator_that_was_made_or_altered_past_the_store_is_taken_nowhere(DatabaseKind kind, string edit)
    {
        using var directory = new StoreDirectory(kind);
        using var host = new StoreHost(directory);
        var token = await host.Tokens.CreateAsync(new() { Name = "app" }, Cancel);
        var made = await host.Administrators.CreateAsync(new() { Name = "ops" }, Cancel);

        directory.Execute(edit);
        using var after = new StoreHost(directory);

        Assert.Null(await FindAsync(after, made.Value));
        Assert.Null(await FindAsync(after, token.Value));
        var listed = Assert.Single(await after.Administrators.ListAsync(Cancel));
        Assert.NotNull(listed.Fault);
        Assert.Equal(AdministratorScope.Read, listed.Scope);
        Assert.True(await after.Administrators.RevokeAsync(listed.Id, Cancel));
    }

    [Fact]
    public async Task Re_encryption_keeps_administrators_and_a_lost_ring_is_no_unknown_token()
    {
        using var directory = new StoreDirectory();
        Secret value;
        using (var host = new StoreHost(directory))
        {
            value = (await host.Administrators.CreateAsync(new() { Name = "ops" }, Cancel)).Value;
            var result = await host.Profiles.ReEncryptAsync(Cancel);
            Assert.Equal((1, 0), (result.ReEncryptedTokens, result.UnreadableTokens.Count));
            Assert.NotNull(await FindAsync(host, value));
        }
        Directory.Delete(directory.Ring, recursive: true);
        using var after = new StoreHost(directory);
        Assert.Equal(WorkflowErrorCodes.StoreUnavailable, (await Assert.ThrowsAsync<WorkflowRunException>(() => FindAsync(after, value))).Code);
    }

    private static async Task<Administrator?> FindAsync(StoreHost host, Secret value) => await host.Administrators.FindByHashAsync(HashOf(value), Cancel) is { Refusal: null } found ? found.Administrator : null;

    private static TokenHash HashOf(Secret value) => TokenHash.Of(Encoding.UTF8.GetBytes(value.Reveal()));
}
