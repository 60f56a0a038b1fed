using KeyedWorkflows.Runtime;

namespace KeyedWorkflows.Tests.Runtime;

/// <summary>Workflows written by hand, from their steps and what runs them.</summary>
internal static class Written
{
    /// <summary>The slot that most tests need: any provider, with a model.</summary>
    public static SlotDefinition Main { get; } = new() { Name = "main", Model = "model-1", IsUsed = true };

    /// <summary>A workflow from string to string, without slot, of plain steps unless said otherwise.</summary>
    public static TestExecutor<Nothing, string, string> Plain(StepDefinition[] steps, Func<Emitted, string, Task<string>> body) => Of(Describe("plain", [], steps), body);

    /// <summary>A workflow from string to string whose steps are paid by slot <c>main</c>.</summary>
    public static TestExecutor<Nothing, string, string> Paid(StepDefinition[] steps, Func<Emitted, string, Task<string>> body) => Of(Describe("paid", [Main], steps), body);

    public static TestExecutor<Nothing, string, TOutput> Of<TOutput>(WorkflowDescription description, Func<Emitted, string, Task<TOutput>> body) => new(description)
    {
        Create = static _ => new Nothing(),
        Body = (_, emitted, input) => body(emitted, input),
    };

    public static WorkflowDescription Describe(string name, SlotDefinition[] slots, params StepDefinition[] steps) =>
        new() { Name = name, Slots = slots, Steps = steps, Mermaid = "", Fingerprint = "" };

    /// <summary>Steps by name, numbered in order.</summary>
    public static StepDefinition[] Steps(params string[] names) => [.. names.Select((name, index) => Step(index, name))];

    public static StepDefinition Step(int index, string name) => new() { Index = index, Name = name, Kind = StepKind.Code };
}
