using System.CommandLine;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Commands.Tokens;

/// <summary>Makes a token, and shows it this once.</summary>
internal sealed class CreateTokenCommand : CliCommand
{
    private readonly Argument<string> name = new("name") { Description = "Your name for it: [a-z0-9][a-z0-9_.-]{0,63}." };
    private readonly Option<string[]> workflows = new("--workflow") { Description = "A workflow that it may run; may be repeated.", HelpName = "NAME", Required = true };
    private readonly Option<string?> pinned = new("--pinned-tenant") { Description = "The one tenant that pays for all of its runs: then the client itself may have it.", HelpName = "TENANT" };
    private readonly Option<string[]> tenants = new("--tenant") { Description = "A tenant whose profiles it may use; may be repeated.", HelpName = "TENANT" };
    private readonly Option<string[]> profiles = new("--profile") { Description = "A profile besides that it may use; may be repeated.", HelpName = "PROFILE" };
    private readonly Option<bool> maySendKey = new("--may-send-key") { Description = "It may send a key for a run." };
    private readonly Option<int?> rate = new("--requests-per-minute") { Description = "How many runs it may ask for in a minute.", HelpName = "N" };
    private readonly Option<int?> concurrency = new("--concurrent-runs") { Description = "How many of its runs may go on at once.", HelpName = "N" };
    private readonly Option<string?> expires = new("--expires") { Description = "Until when it is taken: a time in UTC, or a number of days.", HelpName = "TIME|DAYS" };
    private readonly Option<string?> file = new("--out", "-o") { Description = "Writes the token into a file of its own (0600) and does not show it.", HelpName = "FILE" };
    private readonly Option<string?> secretFile = new("--callback-secret-out") { Description = "The same for its callback secret (whsec_…), by which who is called back knows the host. With --out alone it is not kept.", HelpName = "FILE" };

    public CreateTokenCommand()
        : base("create", "Makes a token (app-…). It is shown once: what is stored is its hash.")
    {
        Arguments.Add(name);
        foreach (var option in (Option[])[workflows, pinned, tenants, profiles, maySendKey, rate, concurrency, expires, file, secretFile])
            Options.Add(option);
    }

    public override IReadOnlyList<string> Examples =>
    [
        "workflows tokens create client-a-web --workflow support-reply --pinned-tenant client-a",
        "workflows tokens create backend --workflow support-reply --tenant client-a --tenant client-b --requests-per-minute 600 --expires 90",
        "workflows tokens create backend --workflow support-reply --tenant client-a --out backend.token --callback-secret-out backend.whsec",
    ];

    public override async Task<int> RunAsync(Invocation call)
    {
        await using var store = await call.OpenStoreAsync(make: true);
        var ids = new List<string>();
        foreach (var profile in call.Get(profiles) ?? [])
            ids.Add((await call.FindProfileAsync(store, profile)).Id);
        var files = TokenFiles.Of(call, call.Get(file), call.Get(secretFile), "Nothing was made.");
        var created = await store.CreateTokenAsync(
            new TokenDraft
            {
                Name = call.Get(name)!,
                Workflows = call.Get(workflows) ?? [],
                PinnedTenant = call.Get(pinned),
                Tenants = call.Get(tenants) ?? [],
                ProfileIds = ids,
                MaySendKey = call.Get(maySendKey),
                RequestsPerMinute = call.Get(rate),
                ConcurrentRuns = call.Get(concurrency),
                ExpiresAt = call.Get(expires) is { } until ? Times.ReadExpiry(until, call.Terminal.Time.GetUtcNow()) : null,
            },
            call.Cancellation);
        await ShownOnce.WriteAsync(created, files, RevokeAsync);
        await ShownOnce.TellAsync(call, created, files, RevokeAsync);
        return ExitCodes.Done;

        Task RevokeAsync() => store.RevokeTokenAsync(created.Token.Id, CancellationToken.None);
    }
}
