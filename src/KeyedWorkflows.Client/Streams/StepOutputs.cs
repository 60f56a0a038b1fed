using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using KeyedWorkflows.Runtime;
using KeyedWorkflows.Wire;

namespace KeyedWorkflows.Client;

/// <summary>Reads what steps and runs yield, as the types that the workflow says.</summary>
internal static class StepOutputs
{
    /// <summary>The result of a step. One whose type is not known here, such as that of a sub-workflow's step, stays JSON.</summary>
    public static object? OfStep(WorkflowDefinition workflow, string step, JsonElement output)
    {
        if (output.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
            return null;
        foreach (var known in workflow.Steps)
        {
            if (known.Name != step)
                continue;
            try
            {
                return known.OutputType is { } type ? Read(output, WireJson.ForClient(workflow.Json).GetTypeInfo(type)) : output;
            }
            catch (Exception error) when (error is JsonException or NotSupportedException or InvalidOperationException)
            {
                return output;
            }
        }
        return output;
    }

    /// <summary>The output of a run.</summary>
    /// <exception cref="WorkflowRunException">It cannot be had.</exception>
    public static TOutput OfRun<TOutput>(WorkflowDefinition workflow, RunFrame end)
    {
        if (end.Data.Flag("outputs_withheld") || !end.Data.TryGet("outputs", out var outputs))
            throw Unavailable(workflow, end.RunId, "the server does not keep the outputs of runs (WorkflowServerOptions.Capture), and the connection broke before it was told.");
        var type = RequestWriter.TypeOf(workflow, typeof(TOutput));
        try
        {
            return outputs.ValueKind == JsonValueKind.Null ? default! : (TOutput)Read(outputs, type)!;
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw Unavailable(workflow, end.RunId, $"it is not what this client knows as {typeof(TOutput).Name}. Client and server may hold different versions of the workflow.");
        }
    }

    private static object? Read(JsonElement output, JsonTypeInfo type)
    {
        if (WireJson.WrapperOf(type) is { } wrapper)
            output = output.TryGet(wrapper, out var inner) ? inner : throw new JsonException("The value's member is missing.");
        return output.Deserialize(type);
    }

    private static WorkflowRunException Unavailable(WorkflowDefinition workflow, string runId, string why) =>
        new(WorkflowErrorCodes.OutputUnavailable, $"The run of workflow '{workflow.Name}' succeeded, and its output cannot be had: {why}") { Workflow = workflow.Name, RunId = runId };
}
