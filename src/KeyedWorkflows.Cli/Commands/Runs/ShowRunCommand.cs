using System.CommandLine;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Server;

namespace KeyedWorkflows.Cli.Commands.Runs;

/// <summary>Shows a run with its steps and calls.</summary>
internal sealed class ShowRunCommand : CliCommand
{
    private readonly Argument<string> run = new("run") { Description = "The run's id." };

    public ShowRunCommand()
        : base("show", "Shows a run with its steps, and with --json each call of a model. What was given and answered is shown beside the store alone, not over --host.") => Arguments.Add(run);

    public override IReadOnlyList<string> Examples => ["workflows runs show 0193a4c2b7f1…", "workflows runs show 0193a4c2b7f1… --json | jq .calls"];

    public override async Task<int> RunAsync(Invocation call)
    {
        var id = call.Get(run)!;
        if (id.Length is < 32 or > 64 || !id.All(char.IsAsciiHexDigitLower))
            throw CommandFault.Usage("What was given is no id of a run, which consists of the digits 0-9 and a-f. It is not repeated here.");
        await using var store = await call.OpenStoreAsync();
        var detail = await store.FindRunAsync(id, call.Cancellation) ?? throw CommandFault.NotFound("There is no such run: it may have been removed by its age.");
        if (call.IsJson)
            call.Terminal.WriteJson(json => RunJson.Write(json, detail.Run, detail.Steps, detail.Calls, withContents: call.Host is null));
        else
            RunView.Write(call.Terminal, detail);
        return ExitCodes.Done;
    }
}
