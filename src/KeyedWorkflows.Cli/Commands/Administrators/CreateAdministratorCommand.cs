using System.CommandLine;
using KeyedWorkflows.Cli.Commands.Tokens;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Storage;

namespace KeyedWorkflows.Cli.Commands.Administrators;

/// <summary>Makes a token of administration, and hands it over once.</summary>
internal sealed class CreateAdministratorCommand : CliCommand
{
    private readonly Argument<string> name = new("name") { Description = "Your name for it: [a-z0-9][a-z0-9_.-]{0,63}." };
    private readonly Option<bool> readOnly = new("--read-only") { Description = "It may look, and change nothing." };
    private readonly Option<string?> expires = new("--expires") { Description = "Until when it is taken: a time in UTC, or a number of days.", HelpName = "TIME|DAYS" };
    private readonly Option<string?> file = new("--out", "-o") { Description = "Writes the token into a file of its own (0600) and does not show it.", HelpName = "FILE" };

    public CreateAdministratorCommand()
        : base("create", "Makes a token of administration (adm-…), for --host of this command and for scripts. It is shown once, and made beside the store alone.")
    {
        Arguments.Add(name);
        Options.Add(readOnly);
        Options.Add(expires);
        Options.Add(file);
    }

    public override IReadOnlyList<string> Examples => ["workflows administrators create ops-anna --expires 90"];

    public override async Task<int> RunAsync(Invocation call)
    {
        var files = TokenFiles.Of(call, call.Get(file), callbackSecret: null, "Nothing was made.");
        await using var store = await call.OpenStoreAsync(make: true);
        var created = await store.CreateAdministratorAsync(
            new AdministratorDraft
            {
                Name = call.Get(name)!,
                Scope = call.Get(readOnly) ? AdministratorScope.Read : AdministratorScope.Write,
                ExpiresAt = call.Get(expires) is { } until ? Times.ReadExpiry(until, call.Terminal.Time.GetUtcNow()) : null,
            },
            call.Cancellation);
        await ShownOnce.WriteAsync(created, files, RevokeAsync);
        await ShownOnce.TellAsync(call, created, files, RevokeAsync);
        return ExitCodes.Done;

        Task RevokeAsync() => store.RevokeAdministratorAsync(created.Administrator.Id, CancellationToken.None);
    }
}
