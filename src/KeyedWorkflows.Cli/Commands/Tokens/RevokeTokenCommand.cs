using System.CommandLine;
using KeyedWorkflows.Cli.Output;

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
        await using var store = call.OpenStore();
        var found = await call.FindTokenAsync(store, call.Get(token)!);
        await call.ConfirmAsync($"Token '{found.Name}' is revoked for good.", found.Name, call.Get(yes));
        if (!await store.RevokeTokenAsync(found.Id, call.Cancellation))
            throw CommandFault.NotFound("Somebody else has revoked it meanwhile.");
        if (call.IsJson)
        {
            call.Terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("revoked"u8, found.Id);
                json.WriteString("name"u8, found.Name);
                json.WriteEndObject();
            });
        }
        else
        {
            call.Output.WriteLine($"Token '{found.Name}' is revoked.");
        }
        return ExitCodes.Done;
    }
}
