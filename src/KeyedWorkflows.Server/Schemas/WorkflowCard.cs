using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Server;

/// <summary>What a caller may know of a workflow before it runs it: name, schemas, slots, graph. It names no profile. Made once for each workflow.</summary>
internal sealed class WorkflowCard
{
    private static readonly ConcurrentDictionary<WorkflowDefinition, WorkflowCard> Known = new();

    private WorkflowCard(WorkflowDefinition workflow)
    {
        Workflow = workflow;
        Input = WireSchema.Of(workflow, workflow.InputType);
        Output = WireSchema.Of(workflow, workflow.OutputType);
        Form = UserInputForm.Of(workflow);
    }

    public WorkflowDefinition Workflow { get; }

    public JsonObject Input { get; }

    public JsonObject Output { get; }

    public JsonArray Form { get; }

    public static WorkflowCard Of(WorkflowDefinition workflow) => Known.GetOrAdd(workflow, static workflow => new WorkflowCard(workflow));

    public JsonObject ToJson() => new()
    {
        ["id"] = Workflow.Name,
        ["name"] = Workflow.Name,
        ["description"] = Workflow.Description ?? "",
        ["version"] = Workflow.Version ?? "",
        ["input_schema"] = Input.DeepClone(),
        ["output_schema"] = Output.DeepClone(),
        ["slots"] = new JsonArray([.. Workflow.Slots.Select(static slot => new JsonObject
        {
            ["name"] = slot.Name,
            ["description"] = slot.Description ?? "",
            ["providers"] = new JsonArray([.. slot.Providers.Select(static provider => JsonValue.Create(provider))]),
            ["model"] = slot.Model,
        })]),
        ["graph"] = new JsonObject
        {
            ["mermaid"] = Workflow.Mermaid,
            ["nodes"] = new JsonArray([.. Workflow.Steps.Select(step => new JsonObject
            {
                ["id"] = step.Name,
                ["type"] = JsonValue.Create(step.Kind.ToString().ToLowerInvariant()),
                ["depends_on"] = new JsonArray([.. step.DependsOn.Select(index => JsonValue.Create(Workflow.Steps[index].Name))]),
            })]),
        },
    };
}
