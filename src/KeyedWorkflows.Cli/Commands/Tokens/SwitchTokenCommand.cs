using System.CommandLine;

namespace KeyedWorkflows.Cli.Commands.Tokens;

/// <summary>Lets a token be taken, or stops that and its runs.</summary>
internal sealed class SwitchTokenCommand : CliCommand
{
    private readonly Argument<string> token = new("token") { Description = "The token's name or id." };
    private readonly bool enable;

    public SwitchTokenCommand(bool enable)
        : base(enable ? "enable" : "disable", enable ? "Lets a token be taken again." : "Takes a token no more, and stops its runs within a second.")
    {
        this.enable = enable;
        Arguments.Add(token);
    }

    public override IReadOnlyList<string> Examples => [$"workflows tokens {Name} client-a-web"];

    public override async Task<int> RunAsync(Invocation call)
    {
        await using var store = call.OpenStore();
        var found = await call.FindTokenAsync(store, call.Get(token)!);
        var changed = await store.SetTokenEnabledAsync(found.Id, enable, call.Cancellation);
        return TokenView.Done(call, changed, $"Token '{changed.Name}' is {(enable ? "enabled" : "disabled")}.");
    }
}
