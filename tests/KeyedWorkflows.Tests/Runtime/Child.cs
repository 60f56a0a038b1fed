using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Tests.Runtime;

/// <summary>A workflow with an emitted half, as a parent names it. Its executor is given by the test, so it is one for each flow of a test.</summary>
internal sealed class Child : IWorkflowClass<string, string>
{
    private static readonly AsyncLocal<WorkflowDefinition<string, string>?> Current = new();

    static WorkflowDefinition<string, string> IWorkflowClass<string, string>.Definition => Current.Value!;

    static WorkflowDefinition IWorkflowClass.Definition => Current.Value!;

    /// <summary>A parent <c>Outer</c> whose step <c>Call</c> runs the child under the slots given.</summary>
    public static TestExecutor<Nothing, string, string> Under(WorkflowDefinition<string, string> child, SlotDefinition[] slots, int[] map, Func<StepDefinition, StepDefinition>? change = null)
    {
        Current.Value = child;
        var call = Written.Step(0, "Call") with { Kind = StepKind.SubWorkflow };
        return Written.Of(Written.Describe("outer", slots, change?.Invoke(call) ?? call), async (emitted, input) =>
            await emitted.StepAsync(0, scope => emitted.Run.SubWorkflowAsync<Child, string, string>(scope, input, map)));
    }
}
