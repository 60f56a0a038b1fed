using System.CommandLine;
using KeyedWorkflows.Cli.Commands.Tokens;

namespace KeyedWorkflows.Cli.Commands.Administrators;

/// <summary>Revokes a token of administration for good.</summary>
internal sealed class RevokeAdministratorCommand : CliCommand
{
    private readonly Argument<string> administrator = new("administrator") { Description = "Its name or id." };
    private readonly Option<bool> yes = new("--yes") { Description = "Does not ask." };

    public RevokeAdministratorCommand()
        : base("revoke", "Revokes a token of administration for good, at once.")
    {
        Arguments.Add(administrator);
        Options.Add(yes);
    }

    public override IReadOnlyList<string> Examples => ["workflows administrators revoke ops-anna --yes"];

    public override async Task<int> RunAsync(Invocation call)
    {
        await using var store = await call.OpenStoreAsync();
        var wanted = call.Get(administrator)!;
        var all = await store.ListAdministratorsAsync(call.Cancellation);
        var found = all.FirstOrDefault(one => one.Name == wanted) ?? all.FirstOrDefault(one => one.Id == wanted) ?? throw CommandFault.NotFound("There is no such administrator. See: workflows administrators list");
        await call.ConfirmAsync($"Administrator '{found.Name}' is revoked for good.", found.Name, call.Get(yes));
        if (!await store.RevokeAdministratorAsync(found.Id, call.Cancellation))
            throw CommandFault.NotFound("Somebody else has revoked it meanwhile.");
        if (call.IsJson)
            call.Terminal.WriteRevoked(found.Id, found.Name);
        else
            call.Output.WriteLine($"Administrator '{found.Name}' is revoked.");
        return ExitCodes.Done;
    }
}
