using System.CommandLine;
using System.Globalization;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Cli.Stores;

namespace KeyedWorkflows.Cli.Commands.Tokens;

/// <summary>Changes what a token may do. What is not named stays as it is.</summary>
internal sealed class UpdateTokenCommand : CliCommand
{
    private const string None = "none";

    private readonly Argument<string> token = new("token") { Description = "The token's name or id." };
    private readonly Option<string?> name = new("--name") { Description = "Another name for it: [a-z0-9][a-z0-9_.-]{0,63}.", HelpName = "NAME" };
    private readonly Option<string[]> workflows = new("--workflow") { Description = "A workflow that it may run, in the place of all that it might; may be repeated.", HelpName = "NAME" };
    private readonly Option<string[]> tenants = new("--tenant") { Description = "A tenant whose profiles it may use, in the place of all that it might, or 'none'; may be repeated.", HelpName = "TENANT" };
    private readonly Option<string[]> profiles = new("--profile") { Description = "A profile besides that it may use, in the place of all that it might, or 'none'; may be repeated.", HelpName = "PROFILE" };
    private readonly Option<bool> maySendKey = new("--may-send-key") { Description = "Whether it may send a key for a run.", HelpName = "true|false" };
    private readonly Option<string?> rate = new("--requests-per-minute") { Description = "How many runs it may ask for in a minute, or 'none' for no limit.", HelpName = "N" };
    private readonly Option<string?> concurrency = new("--concurrent-runs") { Description = "How many of its runs may go on at once, or 'none' for no limit.", HelpName = "N" };
    private readonly Option<string?> expires = new("--expires") { Description = "Until when it is taken: a time in UTC, a number of days from now, or 'none'.", HelpName = "TIME|DAYS" };

    public UpdateTokenCommand()
        : base("update", "Changes what a token may do; the rest stays, and so do its value and its callback secret. Another value: rotate. Limits: limits set --of-token. Another pinned tenant is another token.")
    {
        Arguments.Add(token);
        foreach (var option in Changes)
            Options.Add(option);
    }

    public override IReadOnlyList<string> Examples =>
        ["workflows tokens update client-a-web --workflow support-reply --workflow summary --requests-per-minute 120", "workflows tokens update backend --expires none --may-send-key false"];

    private Option[] Changes => [name, workflows, tenants, profiles, maySendKey, rate, concurrency, expires];

    public override async Task<int> RunAsync(Invocation call)
    {
        if (!Changes.Any(call.Has))
            throw CommandFault.Usage("Nothing is changed: name what is to be. See: workflows tokens update --help");
        await using var store = await call.OpenStoreAsync();
        var found = await call.FindTokenAsync(store, call.Get(token)!);
        var ids = new List<string>();
        if (call.Get(workflows)?.Contains(None) == true)
            throw CommandFault.Usage("A token may run one workflow at least: to stop its runs, workflows tokens disable.");
        foreach (var profile in Named(call, profiles))
            ids.Add((await call.FindProfileAsync(store, profile)).Id);
        var draft = ProfileDrafts.Of(found) with
        {
            Name = call.Get(name) ?? found.Name,
            Workflows = call.Has(workflows) ? call.Get(workflows)! : found.Workflows,
            Tenants = call.Has(tenants) ? Named(call, tenants) : found.Tenants,
            ProfileIds = call.Has(profiles) ? ids : found.ProfileIds,
            MaySendKey = call.Has(maySendKey) ? call.Get(maySendKey) : found.MaySendKey,
            RequestsPerMinute = Most(call, rate, found.RequestsPerMinute),
            ConcurrentRuns = Most(call, concurrency, found.ConcurrentRuns),
            ExpiresAt = call.Get(expires) switch
            {
                null => found.ExpiresAt,
                None => null,
                var until => Times.ReadExpiry(until, call.Terminal.Time.GetUtcNow()),
            },
        };
        var changed = await store.ReplaceTokenAsync(found.Id, draft, found.Revision, call.Cancellation);
        return TokenView.Done(call, changed, $"Token '{changed.Name}' is changed. Its value stays.");
    }

    private static string[] Named(Invocation call, Option<string[]> option) => call.Get(option) switch
    {
        null or [None] => [],
        var names => names.Contains(None) ? throw CommandFault.Usage($"{option.Name} none goes alone.") : names,
    };

    private static int? Most(Invocation call, Option<string?> option, int? present) => call.Get(option) switch
    {
        null => present,
        None => null,
        var text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var most) && most > 0 ? most : throw CommandFault.Usage($"{option.Name} is a number above 0, or 'none'. To stop all runs: workflows tokens disable"),
    };
}
