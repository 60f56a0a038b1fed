using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;

namespace KeyedWorkflows.Storage;

/// <content>Many clients at once.</content>
public sealed partial class ProfileAdministration
{
    /// <summary>How many names are asked for at once.</summary>
    private const int NamesAtOnce = 500;

    /// <summary>Adds many clients in one transaction: all of them or none. Keys are not tried.</summary>
    /// <param name="clients">The clients.</param>
    /// <param name="cancellationToken">Ends the work; then none is added.</param>
    /// <returns>The clients, in the order in which they were given.</returns>
    /// <exception cref="ClientsRefusedException">Some cannot be added: the exception says which, and why.</exception>
    /// <exception cref="ProfileRefusedException">The database was set back under the running host.</exception>
    public async Task<IReadOnlyList<CreatedClient>> CreateClientsAsync(IReadOnlyList<ClientDraft> clients, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(clients);
        try
        {
            return await CreateNewClientsAsync([.. clients.Select(static client => new PartialClient(client.Profile, client.Token))], isWhole: true, cancellationToken).ConfigureAwait(false);
        }
        catch (ClientsRefusedException)
        {
            CountRefused();
            throw;
        }
    }

    private void CountRefused() => storage.Refusals.Count(new RefusedUse(actor, AuditActions.ProfileCreate, "bulk_refused", AuditActions.Profile));

    /// <summary>What else is wrong with many clients of which some could not be read: none is added, and who mends them wants to hear of all at once.</summary>
    internal async Task<IReadOnlyList<ClientProblem>> CheckClientsAsync(IReadOnlyList<PartialClient> clients, CancellationToken cancellationToken)
    {
        CountRefused();
        try
        {
            await CreateNewClientsAsync(clients, isWhole: false, cancellationToken).ConfigureAwait(false);
            return [];
        }
        catch (ClientsRefusedException refused)
        {
            return refused.Problems;
        }
    }

    /// <summary>Adds none where something of one could not be read.</summary>
    private async Task<IReadOnlyList<CreatedClient>> CreateNewClientsAsync(IReadOnlyList<PartialClient> clients, bool isWhole, CancellationToken cancellationToken)
    {
        List<ClientProblem> problems = [];
        var profiles = new StoredProfile?[clients.Count];
        var made = new (ProtectedToken Token, CreatedToken Shown)?[clients.Count];
        var namesOfProfiles = new Dictionary<string, int>(StringComparer.Ordinal);
        var namesOfTokens = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < clients.Count; i++)
        {
            var (profile, token) = (clients[i].Profile, clients[i].Token);
            try
            {
                if (profile is not null)
                    profiles[i] = CheckedNew(Made(profile, RandomNumberGenerator.GetHexString(32, lowercase: true), profile.ApiKey, profile.KeyReference, profile.Headers));
                if (profile is not null && !namesOfProfiles.TryAdd(profile.Name, i))
                    problems.Add(new(i, Storage.ProfileRefusal.NameTaken, null, $"Its profile has the name that clients[{namesOfProfiles[profile.Name]}] has. Choose another."));
            }
            catch (ProfileRefusedException error)
            {
                problems.Add(new(i, error.Reason, null, error.Message));
            }
            if (token is null)
                continue;
            try
            {
                // Whether one that names no tenant has one to be pinned to is not known of a profile that could not be read.
                if (profile is not null)
                    made[i] = TokenAdministration.Draw(Pinned(token, profile), storage.Time.GetUtcNow());
                if (!namesOfTokens.TryAdd(token.Name, i))
                    problems.Add(new(i, null, TokenRefusal.NameTaken, $"Its token has the name that clients[{namesOfTokens[token.Name]}] has. Choose another."));
            }
            catch (TokenRefusedException error)
            {
                problems.Add(new(i, null, error.Reason, error.Message));
            }
        }
        foreach (var store in others)
        {
            foreach (var (name, i) in namesOfProfiles)
            {
                if (await store.FindByNameAsync(name, cancellationToken).ConfigureAwait(false) is not null)
                    problems.Add(new(i, Storage.ProfileRefusal.NameTaken, null, NameTakenElsewhere(name).Message));
            }
        }

        // Encrypted before the database is locked for writing. What is refused is looked up all the same: who mends a file wants to hear of all that is wrong with it.
        var isRefused = problems.Count > 0 || !isWhole;
        ProfileRow[] rows = isRefused ? [] : [.. profiles.Select(profile => storage.Protector.Protect(profile!))];
        TokenRow[] tokenRows = isRefused ? [] : [.. made.OfType<(ProtectedToken Token, CreatedToken)>().Select(one => storage.Tokens.Protect(one.Token))];
        await WriteAsync(
            async (context, trail) =>
            {
                foreach (var names in namesOfProfiles.Keys.Chunk(NamesAtOnce))
                {
                    foreach (var name in await context.Profiles.Where(row => names.Contains(row.Name)).Select(static row => row.Name).ToListAsync(cancellationToken).ConfigureAwait(false))
                        problems.Add(new(namesOfProfiles[name], Storage.ProfileRefusal.NameTaken, null, NameTaken(name).Message));
                }
                foreach (var names in namesOfTokens.Keys.Chunk(NamesAtOnce))
                {
                    foreach (var name in await context.Tokens.Where(row => names.Contains(row.Name)).Select(static row => row.Name).ToListAsync(cancellationToken).ConfigureAwait(false))
                        problems.Add(new(namesOfTokens[name], null, TokenRefusal.NameTaken, TokenAdministration.NameTaken(name).Message));
                }
                if (problems.Count > 0)
                    throw new ClientsRefusedException([.. problems.OrderBy(static problem => problem.Index).ThenBy(static problem => problem.ProfileRefusal is null)]);
                if (!isWhole)
                    return false;
                for (var i = 0; i < profiles.Length; i++)
                {
                    trail.Add(AuditActions.ProfileCreate, null, profiles[i]!, storage.Fingerprints);
                    if (made[i] is { } token)
                        trail.Add(AuditActions.TokenCreate, null, token.Token.Token);
                }
                context.ChangeTracker.AutoDetectChangesEnabled = false;
                context.Profiles.AddRange(rows);
                context.Tokens.AddRange(tokenRows);
                context.ChangeTracker.AutoDetectChangesEnabled = true;
                return true;
            },
            cancellationToken).ConfigureAwait(false);
        return isWhole ? [.. profiles.Select((profile, i) => new CreatedClient(Shown(profile!), made[i]?.Shown))] : [];
    }

    private static TokenDraft Pinned(TokenDraft token, ProfileDraft profile)
    {
        if (token.PinnedTenant is not null || token.Tenants is not { Count: 0 } || token.ProfileIds is not { Count: 0 })
            return token;
        return profile.Tenant is { } tenant
            ? token with { PinnedTenant = tenant }
            : throw new TokenRefusedException(TokenRefusal.Malformed, "The token names nothing that it may use, and its profile has no tenant that it could be pinned to. Give the profile a tenant, or name the token's grants.");
    }
}
