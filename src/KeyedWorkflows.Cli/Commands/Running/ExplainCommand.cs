using System.CommandLine;
using System.Text.Json.Nodes;
using KeyedWorkflows.Cli.Hosts;
using KeyedWorkflows.Cli.Output;

namespace KeyedWorkflows.Cli.Commands.Running;

/// <summary>Says which credential a run would use, and why. Nothing is run.</summary>
internal sealed class ExplainCommand : CliCommand
{
    private readonly Argument<string?> workflow = new("workflow") { Description = "The workflow. May be left out where the token has one alone.", Arity = ArgumentArity.ZeroOrOne };
    private readonly PayerOptions payer = new();
    private readonly Option<string> input = new("--input", "-i") { Description = "The input, which may choose who pays: a file of JSON, or '-' for standard input.", HelpName = "FILE", Required = true };

    public ExplainCommand()
        : base("explain", "Says which credential a run would use, and why. Nothing is run, and nothing is paid.")
    {
        Arguments.Add(workflow);
        payer.AddTo(this);
        Options.Add(input);
    }

    public override IReadOnlyList<string> Examples => ["workflows explain support-reply --input @ticket.json --tenant client-a"];

    public override async Task<int> RunAsync(Invocation call)
    {
        var body = payer.Body(call, RunBody.ReadInputs(await InputText.ReadAsync(call, call.Get(input)!.TrimStart('@'))));
        using var api = await HostAddress.OpenAsync(call, TimeSpan.FromSeconds(10));
        var name = call.Get(workflow) is { } named ? InputText.NameOf(named) : await api.OnlyWorkflowAsync(call.Cancellation);
        var explanation = await api.ExplainAsync(name, body.ToJson(streaming: false), call.Cancellation);
        var canRun = (bool?)explanation["can_run"] == true;
        if (call.IsJson)
        {
            call.Terminal.WriteJson(json => explanation.WriteTo(json));
        }
        else
        {
            var table = new Table("SLOT", "CHOSEN BY", "PROFILE", "PROVIDER", "MODEL", "REASON");
            foreach (var slot in explanation["slots"]?.AsArray() ?? [])
                table.Add((string?)slot?["slot"], (string?)slot?["source"], (string?)slot?["profile"], (string?)slot?["provider"], (string?)slot?["model"], (string?)slot?["reason"] is { } reason ? HostWords.Of(reason) : null);
            table.WriteTo(call.Terminal);
        }
        return canRun ? ExitCodes.Done : throw CommandFault.Refused($"It would not run ({(string?)explanation["error_code"]}): {HostWords.Of((string?)explanation["error"] ?? "")}");
    }
}
