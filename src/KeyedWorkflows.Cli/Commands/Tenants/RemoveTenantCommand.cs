using System.CommandLine;
using System.Globalization;
using KeyedWorkflows.Cli.Output;

namespace KeyedWorkflows.Cli.Commands.Tenants;

/// <summary>Removes a client that goes.</summary>
internal sealed class RemoveTenantCommand : CliCommand
{
    private readonly Argument<string> tenant = new("tenant") { Description = "The tenant." };
    private readonly Option<bool> purge = new("--purge") { Description = "What its runs were given and answered is gone too. Sums of usage and the audit stay." };
    private readonly Option<bool> yes = new("--yes") { Description = "Does not ask." };

    public RemoveTenantCommand()
        : base("remove", "Deletes a tenant's profiles, revokes its tokens and takes it out of the grants of others.")
    {
        Arguments.Add(tenant);
        Options.Add(purge);
        Options.Add(yes);
    }

    public override IReadOnlyList<string> Examples => ["workflows tenants remove client-a", "workflows tenants remove client-a --purge --yes"];

    public override async Task<int> RunAsync(Invocation call)
    {
        var wanted = call.Get(tenant)!;
        if (!ProfileNames.IsValid(wanted))
            throw CommandFault.Usage("What was given is no tenant. It is not repeated here.");
        await using var store = await call.OpenStoreAsync();
        await call.ConfirmAsync($"All profiles and tokens of tenant '{wanted}'{(call.Get(purge) ? ", and what its runs were given and answered," : "")} are gone for good.", wanted, call.Get(yes));
        var removal = await store.RemoveTenantAsync(wanted, call.Get(purge), call.Cancellation) ?? throw CommandFault.NotFound("No profile, token or run names this tenant.");
        if (call.IsJson)
        {
            call.Terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("tenant"u8, removal.Tenant);
                json.WriteNumber("profiles_deleted"u8, removal.ProfilesDeleted);
                json.WriteNumber("tokens_revoked"u8, removal.TokensRevoked);
                json.WriteNumber("tokens_changed"u8, removal.TokensChanged);
                json.WriteTexts("unreadable_tokens", removal.UnreadableTokens);
                if (removal.Purged is { } gone)
                {
                    json.WriteStartObject("purged"u8);
                    json.WriteNumber("runs"u8, gone.Runs);
                    json.WriteNumber("uploads"u8, gone.Uploads);
                    json.WriteNumber("runs_left"u8, gone.RunsLeft);
                    json.WriteEndObject();
                }
                else
                {
                    json.WriteNull("purged"u8);
                }
                json.WriteEndObject();
            });
            return ExitCodes.Done;
        }
        call.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Deleted {removal.ProfilesDeleted} profiles, revoked {removal.TokensRevoked} tokens, changed {removal.TokensChanged}."));
        if (removal.Purged is { } purged)
            call.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Purged {purged.Runs} runs and {purged.Uploads} files.{(purged.RunsLeft > 0 ? $" {purged.RunsLeft} runs still go on: repeat the command." : "")}"));
        if (removal.UnreadableTokens.Count > 0)
            call.Terminal.Say($"These tokens cannot be read, and so may have been the tenant's; they are taken nowhere. Revoke them: {string.Join(", ", removal.UnreadableTokens)}");
        return ExitCodes.Done;
    }
}
