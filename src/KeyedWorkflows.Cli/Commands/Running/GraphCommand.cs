using System.CommandLine;
using KeyedWorkflows.Cli.Hosts;
using KeyedWorkflows.Cli.Serving;
using Microsoft.Extensions.DependencyInjection;

namespace KeyedWorkflows.Cli.Commands.Running;

/// <summary>Draws a workflow, as Mermaid.</summary>
internal sealed class GraphCommand : CliCommand
{
    private readonly Argument<string?> workflow = new("workflow") { Description = "The workflow. May be left out where there is one alone.", Arity = ArgumentArity.ZeroOrOne };
    private readonly HostOptions host = new();
    private readonly Option<string?> assembly = new("--assembly", "-a") { Description = "The built assembly that holds it, in the place of a host.", HelpName = "DLL" };

    public GraphCommand()
        : base("graph", "Draws a workflow's steps, as Mermaid.")
    {
        Arguments.Add(workflow);
        host.AddTo(this);
        Options.Add(assembly);
    }

    public override IReadOnlyList<string> Examples => ["workflows graph support-reply --assembly bin/Release/net10.0/Desk.dll > graph.mmd", "workflows graph support-reply --host http://127.0.0.1:5080/v1"];

    public override async Task<int> RunAsync(Invocation call)
    {
        var name = call.Get(workflow) is { } named ? InputText.NameOf(named) : null;
        var mermaid = call.Get(assembly) is { } path ? OfAssembly(call.PathOf(path), name) : await OfHostAsync(call, name);
        call.Output.WriteLine(mermaid.TrimEnd());
        return ExitCodes.Done;
    }

    private static string OfAssembly(string path, string? name)
    {
        var builder = WorkflowsBuilder.For(new ServiceCollection());
        WorkflowAssembly.Load(path).AddTo(builder);
        var all = ((WorkflowRegistry)builder.Services.Single(static service => service.ServiceType == typeof(WorkflowRegistry)).ImplementationInstance!).Workflows;
        if (name is null && all.Count != 1)
            throw CommandFault.Usage($"The assembly holds several workflows: name one of {string.Join(", ", all.Select(static one => one.Name).Order(StringComparer.Ordinal))}.");
        return (name is null ? all.Single() : all.FirstOrDefault(one => one.Name == name))?.Mermaid
            ?? throw CommandFault.NotFound($"The assembly holds no such workflow. It has: {string.Join(", ", all.Select(static one => one.Name).Order(StringComparer.Ordinal))}.");
    }

    private async Task<string> OfHostAsync(Invocation call, string? name)
    {
        using var api = await host.OpenAsync(call, TimeSpan.FromSeconds(10));
        try
        {
            return (string?)(await api.CardAsync(name ?? await api.OnlyWorkflowAsync(call.Cancellation), call.Cancellation))["graph"]?["mermaid"] ?? throw CommandFault.Unavailable("The host draws no graph: it is of another version.");
        }
        catch (WorkflowRunException refused)
        {
            throw HostFaults.Of(refused);
        }
    }
}
