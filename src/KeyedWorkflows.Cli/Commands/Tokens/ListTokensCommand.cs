using System.CommandLine;
using KeyedWorkflows.Server;

namespace KeyedWorkflows.Cli.Commands.Tokens;

/// <summary>Lists tokens by name.</summary>
internal sealed class ListTokensCommand : CliCommand
{
    private readonly Option<string?> tenant = new("--tenant") { Description = "Only those that this tenant's profiles pay for, or may.", HelpName = "TENANT" };

    public ListTokensCommand()
        : base("list", "Lists tokens with what each may do.") => Options.Add(tenant);

    public override IReadOnlyList<string> Examples => ["workflows tokens list", "workflows tokens list --tenant client-a --json"];

    public override async Task<int> RunAsync(Invocation call)
    {
        await using var store = await call.OpenStoreAsync();
        var all = await store.ListTokensAsync(call.Cancellation);
        TokenView.Write(call, call.Get(tenant) is { } wanted ? [.. all.Where(token => TokensEndpoint.IsOf(token, wanted))] : all);
        return ExitCodes.Done;
    }
}
