using KeyedWorkflows;
using KeyedWorkflows.Storage;

namespace TriggerApi.Host.Seed;

/// <summary>What an operator does once for each client: a profile with its key, and a token that is pinned to it. What the store has already stays; keys are brought up to date.</summary>
internal sealed class Seeder(ProfileAdministration profiles, TokenAdministration tokens, AdministratorTokens administrators)
{
    public const string Workflow = "support-reply";

    private const string BroadName = "back-end";

    private const string OperatorName = "operator";

    public async Task<Seeded> SeedAsync(Func<string, Secret> keyOf, bool newTokens)
    {
        if (newTokens)
        {
            foreach (var token in await tokens.ListAsync())
                await tokens.RevokeAsync(token.Id);
            foreach (var administrator in await administrators.ListAsync())
                await administrators.RevokeAsync(administrator.Id);
        }
        var present = (await tokens.ListAsync()).Select(static token => token.Name).ToHashSet();
        var clients = new List<SeededClient>();
        foreach (var client in SeededClient.Names)
        {
            var profile = await ProfileAsync(client, keyOf(client));

            // Pinned: whatever its holder asks for, this client's profile pays. The client itself may have it.
            var token = present.Contains(client) ? null : await tokens.CreateAsync(new() { Name = client, PinnedTenant = client, Workflows = [Workflow] });
            clients.Add(new(client, profile.Id, token?.Value, token?.CallbackSecret));
        }
        var broad = present.Contains(BroadName) ? null : await tokens.CreateAsync(new() { Name = BroadName, Tenants = SeededClient.Names, Workflows = [Workflow], MaySendKey = true });

        // Whoever holds it adds and removes clients, over HTTP.
        var operators = (await administrators.ListAsync()).Count > 0 ? null : await administrators.CreateAsync(new() { Name = OperatorName });
        return new(clients, broad?.Value, operators?.Value);
    }

    private async Task<ProfileListing> ProfileAsync(string client, Secret key) => await profiles.FindByNameAsync(SeededClient.ProfileOf(client)) is { } there
        ? await profiles.RotateKeyAsync(there.Id, key)
        : await profiles.CreateAsync(new() { Name = SeededClient.ProfileOf(client), Tenant = client, Provider = "openai", ApiKey = key });
}
