using System.CommandLine;
using KeyedWorkflows.Cli.Output;

namespace KeyedWorkflows.Cli.Commands.Tokens;

/// <summary>Gives a token another value, while the old one goes on for a time.</summary>
internal sealed class RotateTokenCommand : CliCommand
{
    private readonly Argument<string> token = new("token") { Description = "The token's name or id." };
    private readonly Option<double> grace = new("--grace-hours") { Description = "How long the old value is taken besides, at most 720.", HelpName = "HOURS", DefaultValueFactory = static _ => 24 };
    private readonly Option<bool> keepFormer = new("--keep-former") { Description = "After a rotation whose new value reached nobody: gives another in its place. The former one is taken as long as it was." };
    private readonly Option<string?> file = new("--out", "-o") { Description = "Writes the new value into a file of its own (0600), over none that is there, and does not show it.", HelpName = "FILE" };

    public RotateTokenCommand()
        : base("rotate", "Gives a token another value, which is shown once. The old one is taken for a time besides; what it may do, and its callback secret, stay.")
    {
        Arguments.Add(token);
        Options.Add(grace);
        Options.Add(keepFormer);
        Options.Add(file);
    }

    public override IReadOnlyList<string> Examples => ["workflows tokens rotate client-a-web --grace-hours 24", "workflows tokens rotate client-a-web --grace-hours 0", "workflows tokens rotate client-a-web --out client-a-2.token", "workflows tokens rotate client-a-web --keep-former"];

    public override async Task<int> RunAsync(Invocation call)
    {
        if (call.Get(grace) is < 0 or > 720 or double.NaN)
            throw CommandFault.Usage("--grace-hours is 0 to 720.");
        var keeps = call.Get(keepFormer);
        if (keeps && call.Has(grace))
            throw CommandFault.Usage("Give --grace-hours or --keep-former, not both: the present value is taken no more where the former one is kept.");
        var files = TokenFiles.Of(call, call.Get(file), null, "Nothing was changed.");
        await using var store = await call.OpenStoreAsync();
        var found = await call.FindTokenAsync(store, call.Get(token)!);
        var rotated = await store.RotateTokenAsync(found.Id, keeps ? null : TimeSpan.FromHours(call.Get(grace)), call.Cancellation);
        if (!keeps && found.FormerUntil is { } before && before > call.Terminal.Time.GetUtcNow())
            call.Terminal.Say($"The value before the present one, which was to be taken until {Times.Of(before)}, is taken no more: a token has one former value. Where the present one reached nobody, --keep-former is what leaves the former.");
        ShownOnce.TellRotated(call, rotated, files);
        if (!call.IsJson && rotated.Token.FormerUntil is { } until)
            call.Terminal.Say($"{(keeps ? "The value before the last is taken until" : "The old value is taken until")} {Times.Of(until)}{(keeps ? ", and the last one no more" : "")}.");
        return ExitCodes.Done;
    }
}
