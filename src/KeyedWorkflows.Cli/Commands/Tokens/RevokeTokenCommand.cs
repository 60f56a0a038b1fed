using System.CommandLine;

namespace KeyedWorkflows.Cli.Commands.Tokens;

/// <summary>Revokes a token for good.</summary>
internal sealed class RevokeTokenCommand : CliCommand
{
    private readonly Argument<string> token = new("token") { Description = "The token's name or id." };
    private readonly Option<bool> yes = new("--yes") { Description = "Does not ask." };

    public RevokeTokenCommand()
        : base("revoke", "Revokes a token for good, and stops its runs within a second.")
    {
        Arguments.Add(token);
        Options.Add(yes);
    }

    public override IReadOnlyList<string> Examples => ["workflows tokens revoke client-a-web --yes"];

    public override async Task<int> RunAsync(Invocation call)
    {
        await using var store = await call.OpenStoreAsync();
        var found = await call.FindTokenAsync(store, call.Get(token)!);
        await call.ConfirmAsync($"Token '{found.Name}' is revoked for good.", found.Name, call.Get(yes));
        if (!await store.RevokeTokenAsync(found.Id, call.Cancellation))
            throw CommandFault.NotFound("Somebody else has revoked it meanwhile.");
        if (call.IsJson)
            call.Terminal.WriteRevoked(found.Id, found.Name);
        else
            call.Output.WriteLine($"Token '{found.Name}' is revoked.");
        return ExitCodes.Done;
    }
}
