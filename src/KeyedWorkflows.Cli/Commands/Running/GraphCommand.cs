using System.CommandLine;
using System.Text.Json.Nodes;
using KeyedWorkflows.Cli.Hosts;
using KeyedWorkflows.Cli.Output;
using KeyedWorkflows.Cli.Serving;
using KeyedWorkflows.Server;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Cli.Commands.Running;

/// <summary>Draws a workflow, as Mermaid.</summary>
internal sealed class GraphCommand : CliCommand
{
    private readonly Argument<string?> workflow = new("workflow") { Description = "The workflow. May be left out where there is one alone.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> assembly = new("--assembly", "-a") { Description = "The built assembly that holds it, in the place of a host.", HelpName = "DLL" };

    public GraphCommand()
        : base("graph", "Draws a workflow's steps, as Mermaid; with --json its nodes too.")
    {
        Arguments.Add(workflow);
        Options.Add(assembly);
    }

    public override IReadOnlyList<string> Examples => ["workflows graph support-reply --assembly bin/Release/net10.0/Desk.dll > graph.mmd", "workflows graph support-reply --host http://127.0.0.1:5080/v1"];

    public override async Task<int> RunAsync(Invocation call)
    {
        var name = call.Get(workflow) is { } named ? InputText.NameOf(named) : null;
        var card = call.Get(assembly) is { } path ? OfAssembly(call.PathOf(path), name) : await OfHostAsync(call, name);
        var graph = card.Member("graph") ?? throw CommandFault.Unavailable("The host draws no graph: it is of another version.");
        var mermaid = graph.Text("mermaid");
        if (call.IsJson)
        {
            call.Terminal.WriteJson(json =>
            {
                json.WriteStartObject();
                json.WriteString("workflow"u8, card.Text("id"));
                json.WritePropertyName("graph"u8);
                graph.WriteTo(json);
                json.WriteEndObject();
            });
            return ExitCodes.Done;
        }
        call.Output.WriteLine(mermaid.TrimEnd());
        return ExitCodes.Done;
    }

    private static JsonObject OfAssembly(string path, string? name)
    {
        var builder = WorkflowsBuilder.For(new ServiceCollection());
        WorkflowAssembly.Load(path).AddTo(builder);
        var all = ((WorkflowRegistry)builder.Services.Single(static service => service.ServiceType == typeof(WorkflowRegistry)).ImplementationInstance!).Workflows;
        if (name is null && all.Count != 1)
            throw CommandFault.Usage($"The assembly holds several workflows: name one of {string.Join(", ", all.Select(static one => one.Name).Order(StringComparer.Ordinal))}.");
        var found = (name is null ? all.Single() : all.FirstOrDefault(one => one.Name == name))
            ?? throw CommandFault.NotFound($"The assembly holds no such workflow. It has: {string.Join(", ", all.Select(static one => one.Name).Order(StringComparer.Ordinal))}.");
        return WorkflowCard.Of(found).ToJson();
    }

    private static async Task<JsonNode> OfHostAsync(Invocation call, string? name)
    {
        using var api = await HostAddress.OpenAsync(call, TimeSpan.FromSeconds(10));
        return await api.CardAsync(name ?? await api.OnlyWorkflowAsync(call.Cancellation), call.Cancellation);
    }
}
