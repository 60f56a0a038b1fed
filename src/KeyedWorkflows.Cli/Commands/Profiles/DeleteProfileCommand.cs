using System.CommandLine;
using KeyedWorkflows.Cli.Output;

namespace KeyedWorkflows.Cli.Commands.Profiles;

/// <summary>Deletes a profile for good.</summary>
internal sealed class DeleteProfileCommand : CliCommand
{
    private readonly Argument<string> profile = KeyOptions.Profile();
    private readonly Option<bool> yes = new("--yes") { Description = "Does not ask." };

    public DeleteProfileCommand()
        : base("delete", "Deletes a profile with its key. What it paid for stays in the ledger; one that is created under its name inherits nothing.")
    {
        Arguments.Add(profile);
        Options.Add(yes);
    }

    public override IReadOnlyList<string> Examples => ["workflows profiles delete client_a_openai", "workflows profiles delete client_a_openai --yes"];

    public override async Task<int> RunAsync(Invocation call)
    {
        await using var store = call.OpenStore();
        var found = await call.FindProfileAsync(store, call.Get(profile)!);
        await call.ConfirmAsync($"Profile '{found.Name}'{(found.Tenant is null ? "" : $" of tenant '{found.Tenant}'")} and its key are deleted for good.", found.Name, call.Get(yes));
        if (!await store.DeleteProfileAsync(found.Id, call.Cancellation))
            throw CommandFault.NotFound("Somebody else has deleted it meanwhile.");
        if (call.IsJson)
        {
            call.Terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("deleted"u8, found.Id);
                json.WriteString("name"u8, found.Name);
                json.WriteEndObject();
            });
        }
        else
        {
            call.Output.WriteLine($"Profile '{found.Name}' is deleted. Revoke its key with its provider.");
        }
        return ExitCodes.Done;
    }
}
