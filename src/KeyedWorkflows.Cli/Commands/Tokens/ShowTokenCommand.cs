using System.CommandLine;

namespace KeyedWorkflows.Cli.Commands.Tokens;

/// <summary>Shows all that a token may do.</summary>
internal sealed class ShowTokenCommand : CliCommand
{
    private readonly Argument<string> token = new("token") { Description = "The token's name or id." };

    public ShowTokenCommand()
        : base("show", "Shows what a token may do, and never the token.") => Arguments.Add(token);

    public override IReadOnlyList<string> Examples => ["workflows tokens show client-a-web"];

    public override async Task<int> RunAsync(Invocation call)
    {
        await using var store = await call.OpenStoreAsync();
        var found = await call.FindTokenAsync(store, call.Get(token)!);
        var profiles = found.ProfileIds.Count == 0 || call.IsJson ? [] : await store.ListProfilesAsync(null, call.Cancellation);
        TokenView.Write(call, found, profiles);
        return ExitCodes.Done;
    }
}
