using System.CommandLine;

namespace KeyedWorkflows.Cli.Commands.Profiles;

/// <summary>Shows all of a profile but its secrets.</summary>
internal sealed class ShowProfileCommand : CliCommand
{
    private readonly Argument<string> profile = KeyOptions.Profile();

    public ShowProfileCommand()
        : base("show", "Shows a profile, without its key.") => Arguments.Add(profile);

    public override IReadOnlyList<string> Examples => ["workflows profiles show client_a_openai"];

    public override async Task<int> RunAsync(Invocation call)
    {
        await using var store = call.OpenStore();
        ProfileView.Write(call, await call.FindProfileAsync(store, call.Get(profile)!));
        return ExitCodes.Done;
    }
}
