using System.Text.Json;
using System.Text.Json.Nodes;
using KeyedWorkflows.Runtime;
using Microsoft.Extensions.AI;

namespace KeyedWorkflows.Testing;

/// <summary>Inputs for a workflow whose user gave none: values made from the type's JSON schema, with the run's marker in their texts.</summary>
internal static class IsolationInputs
{
    public static Func<IsolationRun, object> For(WorkflowDefinition workflow)
    {
        if (workflow.Slots.Any(static slot => slot.HasSelectingInput))
            throw new ArgumentException($"The input of workflow '{workflow.Name}' selects the credential, so the proof cannot make one up. Set IsolationOptions.Input, and make it from the run's ProfileName and ApiKey.");
        try
        {
            var type = workflow.Json.GetTypeInfo(workflow.InputType);
            var sample = SchemaSampler.Sample(AIJsonUtilities.CreateJsonSchema(workflow.InputType, serializerOptions: workflow.Json));
            return run => JsonSerializer.Deserialize(Marked(JsonNode.Parse(sample), run.Marker)?.ToJsonString() ?? "null", type)!;
        }
        catch (Exception error) when (error is NotSupportedException or UnsatisfiableSchemaException or InvalidOperationException)
        {
            throw new ArgumentException($"No input for workflow '{workflow.Name}' can be made from the type {workflow.InputType}. Set IsolationOptions.Input.", error);
        }
    }

    /// <summary>Marks the texts that the schema says nothing more about.</summary>
    private static JsonNode? Marked(JsonNode? node, string marker)
    {
        switch (node)
        {
            case JsonValue value when value.TryGetValue(out string? text) && text == "text":
                return JsonValue.Create($"text {marker}");
            case JsonObject members:
                foreach (var (name, member) in members.ToArray())
                    members[name] = Marked(member, marker) is { Parent: null } marked ? marked : member;
                return members;
            case JsonArray elements:
                for (var index = 0; index < elements.Count; index++)
                {
                    if (Marked(elements[index], marker) is { Parent: null } marked)
                        elements[index] = marked;
                }
                return elements;
            default:
                return node;
        }
    }
}
