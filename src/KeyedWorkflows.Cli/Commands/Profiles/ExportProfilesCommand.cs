using System.CommandLine;
using KeyedWorkflows.Cli.Output;

namespace KeyedWorkflows.Cli.Commands.Profiles;

/// <summary>Writes all profiles, without any secret.</summary>
internal sealed class ExportProfilesCommand : CliCommand
{
    private readonly Option<string?> file = new("--out", "-o") { Description = "The file to write. Left out: standard output.", HelpName = "FILE" };
    private readonly Option<bool> force = new("--force") { Description = "Replaces a file of that name." };

    public ExportProfilesCommand()
        : base("export", "Writes all profiles as JSON, without keys, headers and fingerprints.")
    {
        Options.Add(file);
        Options.Add(force);
    }

    public override IReadOnlyList<string> Examples => ["workflows profiles export --out profiles-export.json"];

    public override async Task<int> RunAsync(Invocation call)
    {
        await using var store = call.OpenStore();
        var text = await store.ExportProfilesAsync(call.Cancellation) + "\n";
        if (call.Get(file) is { } path)
            FileText.Write(call.PathOf(path), text, call.Get(force));
        else
            call.Output.Write(text);
        return ExitCodes.Done;
    }
}
